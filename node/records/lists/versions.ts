import type { Viewer } from '../../../proto/domain/marking.ts';
import type { ListEntry } from '../../../proto/domain/records.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { LIST_ENTRIES, LIST_VERSIONS } from '../collections.ts';
import type { ListVersion } from './list-version.ts';

/** The edition of each list that holds as of a time, by list name. */
export async function listVersionsAsOf(
  ledger: Ledger,
  asOfMs: number,
  viewer: Viewer,
): Promise<ReadonlyMap<string, ListVersion>> {
  return versionsInForce(await listVersions(ledger, viewer), asOfMs);
}

/** Every edition of every list, as of the call. */
export async function listVersions(ledger: Ledger, viewer: Viewer): Promise<readonly ListVersion[]> {
  const versions: ListVersion[] = [];
  for await (const version of LIST_VERSIONS.list(ledger, {}, viewer)) versions.push(version);
  return versions;
}

/** Of several editions those that hold as of a time, by list name. */
export function versionsInForce(versions: readonly ListVersion[], asOfMs: number): ReadonlyMap<string, ListVersion> {
  const current = new Map<string, ListVersion>();
  for (const version of versions) {
    if (version.knownAtMs > asOfMs) continue;
    const other = current.get(version.listName);
    if (other === undefined || isLater(version, other)) current.set(version.listName, version);
  }
  return current;
}

/** The entries of one edition, in the order of their ids, behind one of them where that is given. */
export function entriesOf(
  ledger: Ledger,
  version: Pick<ListVersion, 'listName' | 'listVersion'>,
  viewer: Viewer,
  after?: string,
): AsyncIterable<ListEntry> {
  const prefix = `${version.listName}/${version.listVersion}/`;
  const range = after === undefined ? { prefix } : { prefix, from: `${prefix}${after}\u0000` };
  return LIST_ENTRIES.list(ledger, range, viewer);
}

function isLater(version: ListVersion, other: ListVersion): boolean {
  if (version.knownAtMs !== other.knownAtMs) return version.knownAtMs > other.knownAtMs;
  return version.ordinal > other.ordinal;
}
