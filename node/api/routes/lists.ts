import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { isIdentifier } from '../../formats/ids.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { diffEntries } from '../../records/lists/delta.ts';
import { LIST_UPDATES } from '../../records/lists/list-update.ts';
import type { ListVersion } from '../../records/lists/list-version.ts';
import { entriesOf, listVersions, versionsInForce } from '../../records/lists/versions.ts';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf, takePage } from '../cursor.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import { ENTRY_CHANGE, entryChangeView, LIST_VERSION, listVersionView } from '../views/list-view.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';

export type ListRouteDeps = { readonly ledger: Ledger; readonly businessTime: Clock };

const LIST = z.strictObject({ list_name: z.string().min(1).max(LIMITS.alertNameCharacters) });
const VERSION = z.string().refine(isIdentifier).optional();

/** Watchlists: their versions, and what one has that another has not. */
export function listRoutes({ ledger, businessTime }: ListRouteDeps): readonly ApiRoute[] {
  const versionsOf = async (listName: string | undefined, viewer: Viewer): Promise<readonly ListVersion[]> => {
    const all = await listVersions(ledger, viewer);
    return all
      .filter((version) => listName === undefined || version.listName === listName)
      .sort((one, other) => one.knownAtMs - other.knownAtMs || one.ordinal - other.ordinal);
  };
  const views = async (versions: readonly ListVersion[], viewer: Viewer): Promise<z.input<typeof LIST_VERSION>[]> => {
    const inForce = versionsInForce(versions, businessTime.nowMs());
    const update = ({ listName, listVersion }: ListVersion) =>
      LIST_UPDATES.get(ledger, `${listName}/${listVersion}`, viewer);
    return Promise.all(
      versions.map(async (version) =>
        listVersionView(version, await update(version), inForce.get(version.listName) === version),
      ),
    );
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/lists',
      summary: 'Says which version of each list is in force, since when, and what it changed.',
      answers: { 200: z.strictObject({ items: z.array(LIST_VERSION) }) },
      handle: async ({ viewer }) => {
        const items = await views(await versionsOf(undefined, viewer), viewer);
        return { status: 200, body: { items: items.filter((item) => item.in_force) } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/lists/:list_name/versions',
      summary: 'Lists every version of a list, oldest first.',
      params: LIST,
      answers: { 200: z.strictObject({ items: z.array(LIST_VERSION) }) },
      handle: async ({ params, viewer }) => {
        const versions = await versionsOf(params.list_name, viewer);
        if (versions.length === 0) throw apiRefusal('API_NOT_FOUND');
        return { status: 200, body: { items: await views(versions, viewer) } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/lists/:list_name/diff',
      summary: 'Lists the entries that one version of a list added, removed and changed against another, by their ids.',
      params: LIST,
      query: z.strictObject({
        ...PAGE_QUERY,
        to: VERSION.describe('version to look at; the one in force unless given'),
        from: VERSION.describe('version to compare with; the one before it unless given'),
      }),
      answers: {
        200: pageOf(ENTRY_CHANGE).extend({ from: z.string().nullable(), to: z.string() }),
      },
      handle: async ({ params, query, viewer }) => {
        const versions = await versionsOf(params.list_name, viewer);
        const current = versionsInForce(versions, businessTime.nowMs()).get(params.list_name)?.listVersion;
        const to = named(versions, query.to ?? current);
        const from = query.from ?? to?.previous ?? undefined;
        const before = from === undefined ? undefined : named(versions, from);
        if (to === undefined || (from !== undefined && before === undefined)) throw apiRefusal('API_NOT_FOUND');
        const after = keyOfCursor(query.cursor);
        const changes = diffEntries(
          before === undefined ? [] : entriesOf(ledger, before, viewer, after),
          entriesOf(ledger, to, viewer, after),
        );
        const { page, more } = await takePage(changes, query.limit);
        const items = page.map(entryChangeView);
        const last = items.at(-1);
        const next_cursor = more && last !== undefined ? cursorAfter(last.entry_id) : null;
        return { status: 200, body: { items, next_cursor, from: before?.listVersion ?? null, to: to.listVersion } };
      },
    }),
  ];
}

function named(versions: readonly ListVersion[], name: string | undefined): ListVersion | undefined {
  return versions.find(({ listVersion }) => listVersion === name);
}
