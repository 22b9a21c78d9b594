import { LIMITS } from '../../../../config/settings/limits.ts';
import { type AccountFlows, type Flow, isOneOff, placeOf } from './flow.ts';
import type { StreamFinding } from './open-hits.ts';

/**
 * Looks for one typology around a transfer that has just come: every other one that the pattern needs is in the
 * window already. Called once for each transfer, in time; does not keep what it is given.
 */
export type StreamDetector = (flow: Flow, found: (finding: StreamFinding) => void) => void;

/** Transfers of one direction within a span that ends with a time, that time included. */
export function within(flows: readonly Flow[], endMs: number, spanMs: number): readonly Flow[] {
  const from = placeOf(flows, endMs - spanMs + 1);
  const to = (flows.at(-1)?.atMs ?? endMs) <= endMs ? flows.length : placeOf(flows, endMs + 1);
  return from === 0 && to === flows.length ? flows : flows.slice(from, to);
}

/** The same, or nothing where there are so many that the account is a hub: what runs through it says nothing. */
export function withinUnlessHub(flows: readonly Flow[], endMs: number, spanMs: number): readonly Flow[] {
  const found = within(flows, endMs, spanMs);
  return found.length > LIMITS.detectionHubFlows ? NONE : found;
}

const NONE: readonly Flow[] = [];

/** Those with counterparties that the account has dealt with this once. */
export function oneOffs(flows: readonly Flow[]): readonly Flow[] {
  return flows.filter(isOneOff);
}

/** The latest transfer from each sender, or to each receiver. */
export function latestBy(flows: readonly Flow[], end: 'from' | 'to'): Map<AccountFlows, Flow> {
  const latest = new Map<AccountFlows, Flow>();
  for (const flow of flows) latest.set(flow[end], flow);
  return latest;
}
