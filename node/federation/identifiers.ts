import type { TokenType } from '../../crypto/match/token.ts';
import type { Customer } from '../../proto/domain/records.ts';
import { normalEmail, normalNationalId, normalPhone } from '../records/graph/normalise.ts';

/** An identifier by which another agency may know the same customer. */
export type Identifier = { readonly tokenType: TokenType; readonly value: string };

/** All that a customer's record has of them, the one that is least often shared or mistaken first. */
export function identifiersOf({ dateOfBirth, email, name, nationalId, phone }: Customer): readonly Identifier[] {
  const found: readonly { readonly tokenType: TokenType; readonly value: string | null }[] = [
    { tokenType: 'national_id', value: normalNationalId(nationalId) },
    { tokenType: 'name_dob', value: dateOfBirth === null ? null : `${name}|${dateOfBirth}` },
    { tokenType: 'phone', value: normalPhone(phone) },
    { tokenType: 'email', value: normalEmail(email) },
  ];
  return found.flatMap(({ tokenType, value }) => (value === null ? [] : [{ tokenType, value }]));
}
