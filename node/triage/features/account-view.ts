import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Neighbour } from '../../graph/graph-store.ts';

export const DAY_MS = 86_400_000;
/** Behaviour is judged over four weeks up to the alert. Chosen: the window of the hints as well. */
export const WINDOW_MS = 28 * DAY_MS;
/** How far back a counterparty counts as known, four weeks of behaviour included. Chosen: a quarter. */
export const LOOKBACK_MS = 84 * DAY_MS;

/** One transfer as its account sees it. */
export type Movement = {
  readonly edgeId: string;
  readonly incoming: boolean;
  readonly other: EntityKey;
  /** Minor units as a double: amounts are compared here, never booked. */
  readonly amount: number;
  readonly currency: string;
  readonly atMs: number;
};

/** All that an account and one other had to do with each other within the look-back. */
export type Counterparty = {
  readonly key: EntityKey;
  readonly firstAtMs: number;
  readonly transfers: number;
  readonly recentTransfers: number;
  /** Exactly one transfer in the whole look-back, and that within the window. */
  readonly oneOff: boolean;
};

/** An account's transfers up to a moment, oldest first, as its agency may know them. */
export type AccountView = {
  readonly key: EntityKey;
  /** Exclusive end of the window. */
  readonly endMs: number;
  readonly movements: readonly Movement[];
  /** Those of the last WINDOW_MS. */
  readonly recent: readonly Movement[];
  readonly counterparties: ReadonlyMap<EntityKey, Counterparty>;
  /** Counterparties of the window, in order of first transfer within it. */
  readonly recentCounterparties: readonly Counterparty[];
};

/** Builds the view from what the graph gave for [endMs − LOOKBACK_MS, endMs), in any order. */
export function accountView(key: EntityKey, neighbours: readonly Neighbour[], endMs: number): AccountView {
  const movements = neighbours.map(toMovement).sort(inTime);
  const startMs = endMs - WINDOW_MS;
  const counterparties = new Map<EntityKey, { -readonly [Field in keyof Counterparty]: Counterparty[Field] }>();
  for (const { other: key, atMs } of movements) {
    const known = counterparties.get(key);
    const recentTransfers = atMs >= startMs ? 1 : 0;
    if (known === undefined) {
      counterparties.set(key, { key, firstAtMs: atMs, transfers: 1, recentTransfers, oneOff: recentTransfers === 1 });
    } else {
      known.transfers += 1;
      known.recentTransfers += recentTransfers;
      known.oneOff = false;
    }
  }
  return {
    key,
    endMs,
    movements,
    recent: movements.filter(({ atMs }) => atMs >= startMs),
    counterparties,
    recentCounterparties: [...counterparties.values()].filter(({ recentTransfers }) => recentTransfers > 0),
  };
}

function toMovement({ edge, other, direction }: Neighbour): Movement {
  return {
    edgeId: edge.edgeId,
    incoming: direction === 'in',
    other,
    amount: Number(edge.amountMinor ?? 0n),
    currency: edge.currency ?? '',
    atMs: edge.occurredAtMs,
  };
}

/** Transfers of one day have no order of their own: the id gives them one, so that equal input gives equal bytes. */
function inTime(one: Movement, other: Movement): number {
  return one.atMs - other.atMs || (one.edgeId < other.edgeId ? -1 : 1);
}
