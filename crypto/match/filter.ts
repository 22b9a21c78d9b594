import { isRefusal } from '../../proto/domain/errors.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { AEAD_OVERHEAD_BYTES, decrypt, encrypt } from '../aead.ts';
import { concat, uint32be } from '../bytes.ts';
import { DOMAINS, withDomain } from '../domains.ts';
import { cryptoRefusal } from '../errors.ts';
import { sha256 } from '../hash.ts';
import { padTo, unpad } from '../padding.ts';
import { sizeClassOf } from './size-class.ts';
import { labelKeyOf, TAG_BYTES, tagOf } from './token.ts';

/** One token that the answering agency knows, and what policy lets a hit show (may be empty). */
export type FilterEntry = { readonly oprfOutput: Uint8Array; readonly label: Uint8Array };

/** A checked filter: entries of one length, ascending by tag. */
export type MatchFilter = { readonly entryCount: number; readonly entries: Uint8Array };

/** A label is at most one byte shorter than this. Chosen: a million entries are 172 MB. */
export const LABEL_BYTES = 128;
/** Bound of a filter that an asker holds in memory, padding included. Chosen. */
export const MAX_FILTER_ENTRIES = 1_048_576;

const ENTRY_BYTES = TAG_BYTES + LABEL_BYTES + AEAD_OVERHEAD_BYTES;
const VERSION = 1;
const HEADER_BYTES = 5;

/**
 * The filter as published: version (1) ‖ number of entries (4, big endian) ‖ entries {tag (16) ‖ sealed label (156)},
 * ascending by tag, padded with random entries to the next size class. Without the OPRF nobody can tell true entries
 * from padding, or test a guess against them.
 * Throws MATCH_ENTRY for two entries with one token (the caller joins their labels first) and for more than the bound;
 * CRYPTO_PADDING for a label that is too long.
 */
export function encodeFilter(entries: readonly FilterEntry[], random: RandomBytes): Uint8Array<ArrayBuffer> {
  return assembleFilter(
    entries.map((entry) => sealFilterEntry(entry, random)),
    random,
  );
}

/**
 * The filter of entries sealed one by one: sealing is what takes long in a large one. Throws MATCH_ENTRY as encodeFilter
 * does.
 */
export function assembleFilter(sealed: readonly Uint8Array[], random: RandomBytes): Uint8Array<ArrayBuffer> {
  const entryCount = sizeClassOf(sealed.length);
  if (entryCount > MAX_FILTER_ENTRIES) throw cryptoRefusal('MATCH_ENTRY', { detail: { entries: sealed.length } });
  const rows = [...sealed];
  while (rows.length < entryCount) rows.push(random(ENTRY_BYTES));
  rows.sort(compareTags);
  // Equal tags among padding happen once in 2^88 filters of the largest size.
  if (rows.some((row, index) => index > 0 && compareTags(rows[index - 1] ?? row, row) === 0))
    throw cryptoRefusal('MATCH_ENTRY', { detail: { reason: 'two entries with one token' } });
  const bytes = new Uint8Array(HEADER_BYTES + entryCount * ENTRY_BYTES);
  bytes.set([VERSION, ...uint32be(entryCount)]);
  for (const [index, row] of rows.entries()) bytes.set(row, HEADER_BYTES + index * ENTRY_BYTES);
  return bytes;
}

/**
 * Reads a published filter. Throws MATCH_FILTER for another version, a number of entries that is no size class or above
 * the bound, a wrong length, and tags that do not strictly ascend.
 */
export function decodeFilter(bytes: Uint8Array): MatchFilter {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) throw malformed('header');
  const entryCount = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1);
  if (entryCount > MAX_FILTER_ENTRIES || sizeClassOf(entryCount) !== entryCount) throw malformed('count');
  if (bytes.length !== HEADER_BYTES + entryCount * ENTRY_BYTES) throw malformed('length');
  const filter = { entryCount, entries: bytes.subarray(HEADER_BYTES) };
  for (let index = 1; index < entryCount; index += 1)
    if (compareTags(rowOf(filter, index - 1), rowOf(filter, index)) >= 0) throw malformed('order');
  return filter;
}

/** What an announcement names: SHA-256 of the published bytes. Source: control.proto, KeyPurpose. */
export function filterHash(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(bytes);
}

/**
 * The label behind an OPRF output, undefined when it is not in the filter. O(log n). A tag that is there by chance, or
 * whose label was not sealed for this output, is no hit.
 */
export function lookup(filter: MatchFilter, oprfOutput: Uint8Array): Uint8Array | undefined {
  const tag = tagOf(oprfOutput);
  let [low, high] = [0, filter.entryCount];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rowOf(filter, middle);
    const order = compareTags(row, tag);
    if (order === 0) return openLabel(row, tag, oprfOutput);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/** One entry of a filter: its tag, and its label under a key from the token. Throws CRYPTO_PADDING for a long label. */
export function sealFilterEntry(entry: FilterEntry, random: RandomBytes): Uint8Array {
  const tag = tagOf(entry.oprfOutput);
  const associated = withDomain(DOMAINS.matchLabel, tag);
  return concat(tag, encrypt(labelKeyOf(entry.oprfOutput), padTo(LABEL_BYTES, entry.label), associated, random));
}

function openLabel(row: Uint8Array, tag: Uint8Array, oprfOutput: Uint8Array): Uint8Array | undefined {
  try {
    const associated = withDomain(DOMAINS.matchLabel, tag);
    return unpad(decrypt(labelKeyOf(oprfOutput), row.subarray(TAG_BYTES), associated));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function rowOf(filter: MatchFilter, index: number): Uint8Array {
  return filter.entries.subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES);
}

function compareTags(one: Uint8Array, other: Uint8Array): number {
  return Buffer.compare(one.subarray(0, TAG_BYTES), other.subarray(0, TAG_BYTES));
}

function malformed(part: string): ReturnType<typeof cryptoRefusal> {
  return cryptoRefusal('MATCH_FILTER', { detail: { part }, verdict: 'reject' });
}
