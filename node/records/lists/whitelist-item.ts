import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { ListEntry } from '../../../proto/domain/records.ts';
import { defineCollection } from '../../ledger/collection.ts';
import { RECORD_MARKING } from '../marking.ts';
import { entryContent } from './delta.ts';

/** One person's word at a time. */
export type Signature = { readonly person: string; readonly atMs: number };

/**
 * That a customer is not the one that a list entry means, as one person proposed and another one approved. It holds for
 * the entry as it stood: an entry that changes is judged anew. Times are business time.
 */
export type WhitelistItem = {
  readonly customerId: string;
  readonly listName: string;
  readonly entryId: string;
  /** Version of the list in which the entry was looked at. */
  readonly listVersion: string;
  /** SHA-256 of what the entry said, in hex. */
  readonly entryHash: string;
  readonly reason: string;
  readonly expiresAtMs: number;
  readonly proposed: Signature;
  readonly approved: Signature | null;
  readonly ended: Signature | null;
};

/**
 * proposed: one person has said so. active: hits are set aside. expired: its time is over. superseded: the entry has
 * changed or gone. ended: somebody took it back.
 */
export const WHITELIST_STATES = ['proposed', 'active', 'expired', 'superseded', 'ended'] as const;
export type WhitelistState = (typeof WHITELIST_STATES)[number];

const TIME_DIGITS = 15;

/** Key `<customer>/<list>/<entry>/<proposed at>`: what was said before stays, so that earlier decisions can be repeated. */
export const WHITELIST = defineCollection<WhitelistItem>({
  space: 'whitelist',
  keyOf: whitelistKey,
  markingOf: () => RECORD_MARKING,
});

/** Where an item is kept; items are listed in this order. */
export function whitelistKey(item: WhitelistItem): string {
  return `${tripleKey(item)}${String(item.proposed.atMs).padStart(TIME_DIGITS, '0')}`;
}

/** Under which everything about one customer and one entry stands. */
export function tripleKey(item: Pick<WhitelistItem, 'customerId' | 'listName' | 'entryId'>): string {
  return `${item.customerId}/${item.listName}/${item.entryId}/`;
}

/** Equal for entries that say the same, in whatever version. */
export function entryHash(entry: ListEntry): string {
  return toHex(sha256(utf8(entryContent(entry))));
}

/**
 * Where an item stands at a time.
 * @param current hash of the entry in the version of that time; undefined where it is not listed any more
 */
export function whitelistState(item: WhitelistItem, current: string | undefined, asOfMs: number): WhitelistState {
  if (item.ended !== null && item.ended.atMs <= asOfMs) return 'ended';
  if (asOfMs >= item.expiresAtMs) return 'expired';
  if (current !== item.entryHash) return 'superseded';
  return item.approved !== null && item.approved.atMs <= asOfMs ? 'active' : 'proposed';
}
