import type { EntityType } from '../../../proto/domain/alert.ts';
import { isPartialDay } from '../dates.ts';
import { countryCode } from '../ofac/countries.ts';
import { cleanText } from '../text.ts';
import { type EntrySchema, matchedSchemata, readsAs } from './schemata.ts';

/** An entity as FollowTheMoney writes one: the values of each property, none of them empty. */
export type FtmExample = {
  readonly schema: string;
  readonly properties: Readonly<Record<string, readonly string[]>>;
};

/** Whom an example asks for. */
export type FtmSubject = {
  readonly names: readonly string[];
  readonly datesOfBirth: readonly string[];
  readonly countries: readonly string[];
  readonly identifiers: readonly string[];
  readonly entityType: EntityType | null;
  readonly schemata: readonly EntrySchema[];
};

const NAMES = ['name', 'alias', 'previousName', 'weakAlias'];
const COUNTRIES = ['nationality', 'citizenship', 'country', 'jurisdiction', 'mainCountry', 'flag'];
const IDENTIFIERS = (
  'passportNumber idNumber socialSecurityNumber registrationNumber taxNumber vatCode innCode ogrnCode leiCode ' +
  'dunsCode uniqueEntityId swiftBic imoNumber mmsi serialNumber publicKey'
).split(' ');

/** Reads an example; undefined where it is of no known schema. Properties that say nothing here are left aside. */
export function subjectOf({ schema, properties }: FtmExample): FtmSubject | undefined {
  const schemata = matchedSchemata(schema);
  if (schemata === undefined) return undefined;
  const values = (names: readonly string[]): readonly string[] => [
    ...new Set(names.flatMap((name) => properties[name] ?? []).map(cleanText)),
  ];
  return {
    names: [...new Set([...values(NAMES), ...composedNames(properties)])].filter((name) => name !== ''),
    // A time of day says nothing of a birth.
    datesOfBirth: values(['birthDate'])
      .map((date) => date.slice(0, 'YYYY-MM-DD'.length))
      .filter(isPartialDay),
    countries: [...new Set(values(COUNTRIES).flatMap((country) => countryCode(country) ?? []))],
    identifiers: values(IDENTIFIERS).filter((identifier) => identifier !== ''),
    entityType: readsAs(schema),
    schemata,
  };
}

/** Names of a person whose parts come one by one: each first name with each surname. */
function composedNames({ firstName, middleName, lastName }: FtmExample['properties']): readonly string[] {
  const middle = middleName?.[0] === undefined ? '' : ` ${middleName[0]}`;
  return (firstName ?? []).flatMap((first) => (lastName ?? []).map((last) => cleanText(`${first}${middle} ${last}`)));
}
