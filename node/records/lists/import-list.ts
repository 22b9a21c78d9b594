import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { recordError } from '../errors.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { ListEntry, ListKind } from '../../../proto/domain/records.ts';
import type { ListItem } from '../../formats/tables/watchlist.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { BatchWriter } from '../batch-writer.ts';
import { LIST_ENTRIES, LIST_VERSIONS } from '../collections.ts';
import { deltaOf, diffEntries, entryContent, inEntryOrder, type ListChange } from './delta.ts';
import { LIST_UPDATES } from './list-update.ts';
import type { ListVersion } from './list-version.ts';
import { entriesOf, listVersionsAsOf } from './versions.ts';

/** What a list is called. Without a version it is named by the digest of its content. */
export type ListIdentity = {
  readonly listName: string;
  readonly listKind: ListKind;
  readonly listVersion: string | null;
};

export type StoredList = { readonly change: ListChange; readonly written: number };

/**
 * Stores a new version of a list: its entries first, then the version, by which it comes into force as of nowMs.
 * The same version with the same content again changes nothing. A list without a version of its own is named by the
 * digest of its content, and by a number behind it where it goes back to what it said before.
 * @throws LIST_VERSION when the version is there with other content, LIST_SIZE over LIMITS.listEntries
 */
export async function storeList(
  deps: { readonly ledger: Ledger; readonly viewer: Viewer },
  identity: ListIdentity,
  items: readonly ListItem[],
  nowMs: number,
): Promise<StoredList> {
  const { listName, listKind } = identity;
  if (items.length > LIMITS.listEntries) {
    throw recordError('LIST_SIZE', { detail: { listName } });
  }
  const unique = [...new Map(items.map((item) => [item.entryId, item])).values()];
  const contentHash = hashOf(unique.map((item) => ({ ...item, listName, listKind, listVersion: '' })));
  const current = (await listVersionsAsOf(deps.ledger, nowMs, deps.viewer)).get(listName);
  const listVersion = identity.listVersion ?? (await nameByContent(deps, listName, contentHash, current));
  const entries = unique.map((item): ListEntry => ({ listName, listVersion, listKind, ...item }));

  const known = await LIST_VERSIONS.get(deps.ledger, `${listName}/${listVersion}`, deps.viewer);
  if (known !== undefined) return { change: unchanged(known, contentHash), written: 0 };

  const before = current === undefined ? [] : entriesOf(deps.ledger, current, deps.viewer);
  const delta = await deltaOf(diffEntries(before, inEntryOrder(entries)));
  await removeUnfinished(deps, { listName, listVersion });
  const writer = new BatchWriter(deps, 'listEntry');
  for (const entry of entries) await writer.put(LIST_ENTRIES.put(entry));
  await writer.flush();
  const previous = current?.listVersion ?? null;
  const ordinal = (current?.ordinal ?? 0) + 1;
  const counts = { ordinal, entries: entries.length };
  const version: ListVersion = { listName, listVersion, listKind, knownAtMs: nowMs, ...counts, contentHash, previous };
  const update = LIST_UPDATES.put({
    listName,
    listVersion,
    previous,
    knownAtMs: nowMs,
    added: delta.added.length,
    removed: delta.removed.length,
    changed: delta.changed.length,
    screening: previous === null ? 'baseline' : 'owed',
    customersScreened: 0,
    alertsRaised: 0,
  });
  await deps.ledger.commit({ writes: [LIST_VERSIONS.put(version, { ifAbsent: true }), update], audit: [] });
  return { change: { listName, listVersion, previous, ...delta }, written: entries.length };
}

/** Content that is not in force now and was before comes into force again, which its digest alone could not say. */
async function nameByContent(
  { ledger, viewer }: { readonly ledger: Ledger; readonly viewer: Viewer },
  listName: string,
  contentHash: string,
  current: ListVersion | undefined,
): Promise<string> {
  const digest = contentHash.slice(0, 16);
  if (current?.contentHash === contentHash) return current.listVersion;
  const isTaken = (await LIST_VERSIONS.get(ledger, `${listName}/${digest}`, viewer)) !== undefined;
  return isTaken ? `${digest}-${(current?.ordinal ?? 0) + 1}` : digest;
}

function unchanged(known: ListVersion, contentHash: string): ListChange {
  const { listName, listVersion, previous } = known;
  if (known.contentHash === contentHash)
    return { listName, listVersion, previous, added: [], removed: [], changed: [] };
  throw recordError('LIST_VERSION', {
    detail: { listName, listVersion },
  });
}

/** Independent of the order of entries in the file. */
function hashOf(entries: readonly ListEntry[]): string {
  return toHex(sha256(utf8(entries.map(entryContent).sort().join('\n'))));
}

/** Entries of an import of this version that did not come to its end: what it had and this one has not must not stay. */
async function removeUnfinished(
  { ledger, viewer }: { readonly ledger: Ledger; readonly viewer: Viewer },
  version: Pick<ListVersion, 'listName' | 'listVersion'>,
): Promise<void> {
  const keys: string[] = [];
  for await (const { entryId } of entriesOf(ledger, version, viewer))
    keys.push(`${version.listName}/${version.listVersion}/${entryId}`);
  for (let from = 0; from < keys.length; from += LIMITS.importBatchRows) {
    const writes = keys.slice(from, from + LIMITS.importBatchRows).map((key) => LIST_ENTRIES.remove(key));
    await ledger.commit({ writes, audit: [] });
  }
}
