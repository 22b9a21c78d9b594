import { asId, type EntityKey } from '../../proto/domain/ids.ts';

/** An account at any agency. Ids are compared as text, exactly. */
export type AccountRef = { readonly agency: string; readonly accountId: string };

const ACCOUNT_KEY = /^account:([^:]+):(.+)$/s;

/** Key of an account in the graph. */
export function accountKey({ agency, accountId }: AccountRef): EntityKey {
  return asId(`account:${agency}:${accountId}`);
}

/** Key of a customer of an agency in the graph. */
export function customerKey(agency: string, customerId: string): EntityKey {
  return asId(`customer:${agency}:${customerId}`);
}

/** The account behind a key, undefined for other kinds of elements. */
export function accountOfKey(key: EntityKey): AccountRef | undefined {
  const [, agency, accountId] = ACCOUNT_KEY.exec(key) ?? [];
  return agency === undefined || accountId === undefined ? undefined : { agency, accountId };
}

/** Agency of an account's key, empty for other kinds of elements. Called once for each counterparty. */
export function agencyOfKey(key: EntityKey): string {
  if (!key.startsWith('account:')) return '';
  return key.slice(8, key.indexOf(':', 8));
}
