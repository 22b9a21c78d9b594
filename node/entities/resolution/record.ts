import type { EntityType } from '../../../proto/domain/alert.ts';
import type { Customer } from '../../../proto/domain/records.ts';
import { normalAddress, normalEmail } from '../../records/graph/normalise.ts';
import { type ParsedName, parseName } from '../../screening/parsed-name.ts';
import { readingsOf } from '../../screening/readings.ts';

/** A customer made ready for comparison with many others; a key is null where the record has nothing to make it of. */
export type ResolutionRecord = {
  readonly customerId: string;
  readonly entityType: EntityType;
  /** Name and aliases in all readings, the name as written first. */
  readonly names: readonly ParsedName[];
  /** Equal for names that sound alike, whatever the order of their words. */
  readonly nameKey: string;
  /** Consonants of the words of the name and its aliases, for blocking. */
  readonly words: readonly string[];
  readonly dateOfBirth: string | null;
  readonly nationality: string | null;
  readonly identifier: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly address: string | null;
};

/** National significant numbers have at most so many digits in most plans (ITU-T E.164, country code left out). */
const PHONE_DIGITS = 9;
const SHORTEST_PHONE = 6;
const SHORTEST_IDENTIFIER = 5;

/** Takes a customer's record apart once. */
export function resolutionRecord(customer: Customer): ResolutionRecord {
  const { aliases, customerId, dateOfBirth, entityType, name, nationality } = customer;
  const names = [name, ...aliases].flatMap((text) =>
    [text, ...readingsOf(text)].map((reading) => parseName(reading, entityType)),
  );
  const skeletons = (parsed: ParsedName | undefined): readonly string[] =>
    parsed?.parts.flatMap(({ role, skeleton, text }) =>
      role === 'particle' || role === 'title' ? [] : [skeleton.length > 1 ? skeleton : text],
    ) ?? [];
  return {
    customerId,
    entityType,
    names,
    nameKey: skeletons(names[0]).toSorted().join(' '),
    words: [...new Set(names.flatMap(skeletons))],
    dateOfBirth,
    nationality,
    identifier: identifierKey(customer.nationalId),
    phone: phoneKey(customer.phone),
    email: normalEmail(customer.email),
    address: normalAddress(customer),
  };
}

/** Digits alone: the country's letters and the punctuation are written by some systems and not by others. */
function identifierKey(identifier: string | null): string | null {
  const digits = identifier?.replaceAll(/\D/g, '') ?? '';
  return digits.length < SHORTEST_IDENTIFIER ? null : digits;
}

/** The last digits: with or without the code of the country it is the same telephone. */
function phoneKey(phone: string | null): string | null {
  const digits = phone?.replaceAll(/\D/g, '') ?? '';
  return digits.length < SHORTEST_PHONE ? null : digits.slice(-PHONE_DIGITS);
}
