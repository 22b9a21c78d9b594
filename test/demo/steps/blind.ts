import type { Federation } from '../../tools/federation/found.ts';
import { type DataSet, fileOf, readTable } from '../../tools/federation/data-set.ts';
import { NeedleSearch } from '../../tools/search/needle-search.ts';
import { searchHome } from '../../tools/search/search-home.ts';
import type { Line } from '../report.ts';

const PLANTED = 1_000;

/**
 * Searches all that the coordinator has kept and written for names and accounts that the agencies fed. The control:
 * the same search on a node finds its own.
 */
export async function blindLine(federation: Federation, set: DataSet): Promise<Line> {
  const { coordinator, coordinatorHome, members, workspace } = federation;
  const planted = plantedTexts(set);
  const needles = NeedleSearch.ofTexts(planted);
  const { bytes, found } = await searchHome(coordinatorHome, needles, workspace.path('copy-of-coordinator'));
  const seen = new Set([...found, ...needles.in(Buffer.from(coordinator.log()))]);
  const [first] = members;
  if (first === undefined) throw new Error('no member');
  const control = await searchHome(first.node.home, needles, workspace.path('copy-of-node'));
  return {
    section: 'Who learnt what',
    rows: [
      `coordinator: planted names and accounts seen ${seen.size} of ${planted.length}`,
      `in its store, files and log (${Math.ceil(bytes / 1024)} kB); the same search on a node finds ${control.found.size}`,
    ],
    n: planted.length,
    pass: seen.size === 0 && control.found.size > 0,
    values: {
      planted: planted.length,
      seen: [...seen].map((place) => planted[place]),
      bytes,
      control: control.found.size,
    },
  };
}

/** Names of customers and account numbers by turns, spread evenly over all that the set has. */
function plantedTexts(set: DataSet): readonly string[] {
  const column = (file: string, name: string): readonly string[] =>
    set.agencies.flatMap(({ folder }) => readTable(fileOf(folder, file)).map((row) => row[name] ?? ''));
  const usable = (texts: readonly string[]): readonly string[] =>
    [...new Set(texts)].filter(({ length }) => length >= 8);
  return [usable(column('customers.csv', 'name')), usable(column('accounts.csv', 'account_id'))].flatMap((texts) =>
    spread(texts, PLANTED / 2),
  );
}

function spread(texts: readonly string[], count: number): readonly string[] {
  return texts.filter(
    (_text, place) => Math.floor((place * count) / texts.length) !== Math.floor(((place - 1) * count) / texts.length),
  );
}
