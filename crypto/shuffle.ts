import type { RandomBytes } from '../proto/domain/runtime.ts';

/**
 * The items in an order drawn uniformly, so that a place tells nothing of an author. Fisher and Yates, each place drawn
 * without bias: values beyond the last whole multiple are drawn again.
 */
export function shuffled<Item>(items: readonly Item[], random: RandomBytes): readonly Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const place = below(last + 1, random);
    const [one, other] = [order[last], order[place]];
    if (one !== undefined && other !== undefined) [order[last], order[place]] = [other, one];
  }
  return order;
}

function below(count: number, random: RandomBytes): number {
  const limit = 2 ** 32 - (2 ** 32 % count);
  for (;;) {
    const value = Buffer.from(random(4)).readUInt32BE();
    if (value < limit) return value % count;
  }
}
