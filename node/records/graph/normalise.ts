import type { Customer } from '../../../proto/domain/records.ts';

/** Trunk zeros in brackets and international prefixes are written in many ways. */
const TRUNK_ZERO = /\(0\)/g;

/** Digits of a phone number with `+` and country code where it has one, null when there are too few to tell apart. */
export function normalPhone(phone: string | null): string | null {
  if (phone === null) return null;
  const digits = phone
    .replace(TRUNK_ZERO, '')
    .replaceAll(/[^\d+]/g, '')
    .replace(/^00/, '+');
  return digits.replace('+', '').length < 6 ? null : digits;
}

export function normalEmail(email: string | null): string | null {
  const text = email?.toLowerCase().replaceAll(' ', '') ?? '';
  return text.includes('@') ? text : null;
}

/** An id document's number without blanks and punctuation. */
export function normalNationalId(id: string | null): string | null {
  const text = id?.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '') ?? '';
  return text === '' ? null : text;
}

/** Street, postal code, city and country in one text; null without a street or without a place. */
export function normalAddress(customer: Pick<Customer, 'street' | 'city' | 'postalCode' | 'country'>): string | null {
  const { street, city, postalCode, country } = customer;
  if (street === null || (city === null && postalCode === null)) return null;
  return [street, postalCode, city, country].map((part) => normalPart(part ?? '')).join('|');
}

function normalPart(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
