import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { asId, type EntityKey } from '../../../proto/domain/ids.ts';

/** A customer, person or organisation: the key does not say which, since a correction may change that. */
export function customerKey(agency: string, customerId: string): EntityKey {
  return asId(`customer:${agency}:${customerId}`);
}

/** An account at any agency, own or other. */
export function accountKey(agency: string, accountId: string): EntityKey {
  return asId(`account:${agency}:${accountId}`);
}

/** Kinds of things that customers share, each known by its normalised text. */
export type SharedKind = 'address' | 'phone' | 'email' | 'national_id';

/** The text is hashed: keys are bounded in length and stand in logs and audit entries. */
export function sharedKey(kind: SharedKind, agency: string, normalised: string): EntityKey {
  return asId(`${kind}:${agency}:${toHex(sha256(utf8(normalised)).subarray(0, 16))}`);
}
