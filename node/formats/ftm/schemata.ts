/** What entries of lists are, in the terms of FollowTheMoney. */
export const ENTRY_SCHEMATA = ['Person', 'Organization', 'LegalEntity', 'Vessel', 'Airplane'] as const;
export type EntrySchema = (typeof ENTRY_SCHEMATA)[number];

const ORGANISATIONS: readonly EntrySchema[] = ['Organization', 'LegalEntity'];
const LEGAL_ENTITIES: readonly EntrySchema[] = ['Person', ...ORGANISATIONS];

/**
 * Entries that an example of a schema may mean: those of the schema, of what it is a kind of, and of its kinds.
 * Source: FollowTheMoney's model, schemata that are matchable and those that name them.
 */
const MATCHES: Readonly<Record<string, readonly EntrySchema[]>> = {
  Person: ['Person', 'LegalEntity'],
  LegalEntity: LEGAL_ENTITIES,
  Organization: ORGANISATIONS,
  Company: ORGANISATIONS,
  PublicBody: ORGANISATIONS,
  Vessel: ['Vessel'],
  Airplane: ['Airplane'],
  Vehicle: ['Vessel', 'Airplane'],
  Thing: ENTRY_SCHEMATA,
  // Schemata of which lists here hold none.
  Address: [],
  Asset: [],
  CryptoWallet: [],
  RealEstate: [],
  Security: [],
};

/** Schemata of entries that an example may mean; undefined where there is no such schema. */
export function matchedSchemata(schema: string): readonly EntrySchema[] | undefined {
  return Object.hasOwn(MATCHES, schema) ? MATCHES[schema] : undefined;
}

/** How the name of an example is read: as a person's, as that of an organisation or ship, or by its own form. */
export function readsAs(schema: string): 'INDIVIDUAL' | 'BUSINESS' | null {
  if (schema === 'Person') return 'INDIVIDUAL';
  return schema === 'LegalEntity' || schema === 'Thing' ? null : 'BUSINESS';
}
