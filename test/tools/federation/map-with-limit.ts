/** As Promise.all over a mapping, at most so many at a time; results in the order of the items. */
export async function mapWithLimit<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  map: (item: Item, place: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [place, item] of queue) results.set(place, await map(item, place));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return items.flatMap((_item, place) => {
    const result = results.get(place);
    return result === undefined ? [] : [result];
  });
}
