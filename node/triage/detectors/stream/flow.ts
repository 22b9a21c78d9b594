import type { EntityKey } from '../../../../proto/domain/ids.ts';

/** A transfer as detectors are fed with it. */
export type StreamTransfer = {
  readonly edgeId: string;
  readonly from: EntityKey;
  readonly to: EntityKey;
  /** Minor units as a double: amounts are compared here, never booked. */
  readonly amount: number;
  readonly currency: string;
  readonly atMs: number;
  /** Nothing made of it may be used in a decision as of an earlier time. */
  readonly knownAtMs: number;
};

/** What two accounts had to do with each other within the look-back, in either direction. */
export type Pair = { transfers: number; lastAtMs: number };

/** A transfer of the window, with its ends. */
export type Flow = {
  readonly edgeId: string;
  readonly from: AccountFlows;
  readonly to: AccountFlows;
  readonly amount: number;
  readonly currency: string;
  readonly atMs: number;
  readonly knownAtMs: number;
  readonly pair: Pair;
  /** How long each end had been quiet before; 0 where nothing is known from before: new, not dormant. */
  readonly fromQuietMs: number;
  readonly toQuietMs: number;
};

/** An account in the window: its transfers, oldest first, and whom it has dealt with. */
export type AccountFlows = {
  readonly key: EntityKey;
  readonly incoming: Flow[];
  readonly outgoing: Flow[];
  readonly pairs: Map<AccountFlows, Pair>;
  lastAtMs: number | null;
};

/** Whether its two accounts had nothing else to do with each other within the look-back. */
export function isOneOff({ pair }: Flow): boolean {
  return pair.transfers === 1;
}

/** Place of the first flow at or after a time; flows are oldest first. */
export function placeOf(flows: readonly Flow[], fromMs: number): number {
  let low = 0;
  let high = flows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((flows[middle]?.atMs ?? fromMs) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a flow where its time belongs: nearly always at the end. */
export function insert(flows: Flow[], flow: Flow): void {
  const last = flows.at(-1);
  if (last === undefined || last.atMs <= flow.atMs) flows.push(flow);
  else flows.splice(placeOf(flows, flow.atMs + 1), 0, flow);
}

type Timed = Pick<StreamTransfer, 'atMs' | 'edgeId'>;

/** In time; those of one time by id, so that equal input gives equal order. */
export function inOrder(one: Timed, other: Timed): number {
  return one.atMs - other.atMs || (one.edgeId < other.edgeId ? -1 : 1);
}
