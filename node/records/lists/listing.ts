import type { Alert } from '../../../proto/domain/alert.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { LIST_ENTRIES } from '../collections.ts';
import { entryContent } from './delta.ts';
import { listVersions, versionsInForce } from './versions.ts';

/**
 * listed: as it was when the alert was raised. changed: it says something else now. removed: the list has it no more.
 * unknown: no list of the node ever had it.
 */
export const LISTING_STATES = ['listed', 'changed', 'removed', 'unknown'] as const;
export type ListingState = (typeof LISTING_STATES)[number];

/** What has become of an entry that an alert names. */
export type Listing = {
  readonly listName: string;
  readonly entryId: string;
  readonly state: ListingState;
  /** Version that holds now; null where the node has no such list. */
  readonly listVersion: string | null;
};

/** Says of every entry that an alert names whether it is still on its list, as of a time. */
export async function listingsOf(
  alert: Alert,
  { ledger, viewer, asOfMs }: { readonly ledger: Ledger; readonly viewer: Viewer; readonly asOfMs: number },
): Promise<readonly Listing[]> {
  const named = alert.matches.flatMap(({ listName, listId }) =>
    listId === null ? [] : [{ listName, entryId: listId }],
  );
  if (named.length === 0) return [];
  const versions = await listVersions(ledger, viewer);
  const [then, now] = [versionsInForce(versions, alert.raisedAtMs), versionsInForce(versions, asOfMs)];
  const contentIn = async (version: string | undefined, name: string, entryId: string): Promise<string | undefined> => {
    const entry =
      version === undefined ? undefined : await LIST_ENTRIES.get(ledger, `${name}/${version}/${entryId}`, viewer);
    return entry === undefined ? undefined : entryContent(entry);
  };
  return Promise.all(
    named.map(async ({ listName, entryId }): Promise<Listing> => {
      const current = now.get(listName)?.listVersion;
      const before = await contentIn(then.get(listName)?.listVersion, listName, entryId);
      const after = await contentIn(current, listName, entryId);
      return { listName, entryId, state: stateOf(before, after), listVersion: current ?? null };
    }),
  );
}

function stateOf(before: string | undefined, after: string | undefined): ListingState {
  if (after === undefined) return before === undefined ? 'unknown' : 'removed';
  return before === undefined || before === after ? 'listed' : 'changed';
}
