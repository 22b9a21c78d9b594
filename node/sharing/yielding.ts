import { setImmediate as nextTurn } from 'node:timers/promises';

/** Maps a long list in parts, so that whatever else the process has to do is not kept waiting. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  perTurn: number,
  map: (item: Item) => Result,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [place, item] of items.entries()) {
    if (place > 0 && place % perTurn === 0) await nextTurn();
    results.push(map(item));
  }
  return results;
}
