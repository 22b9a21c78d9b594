import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { AggregateQuery, TransferAggregate } from '../graph-store.ts';
import { scanEdges } from './edge-scan.ts';
import type { QueryView } from './query-view.ts';

/** Adds up the transfers of a window. */
export async function readAggregate(view: QueryView, query: AggregateQuery): Promise<TransferAggregate> {
  const { key, direction, fromMs, toMs } = query;
  const counterparties = new Set<EntityKey>();
  let [count, amountMinor, maximumAmountMinor] = [0, 0n, 0n];
  if (view.seesNode(key))
    await scanEdges(view, { end: key, direction, kinds: ['transfer'], fromMs, toMs }, (edge, other) => {
      const amount = edge.amountMinor ?? 0n;
      count += 1;
      amountMinor += amount;
      if (amount > maximumAmountMinor) maximumAmountMinor = amount;
      counterparties.add(other);
      return true;
    });
  return { count, amountMinor, maximumAmountMinor, counterparties: counterparties.size };
}
