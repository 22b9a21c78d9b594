import type { StreamTransfer } from '../../node/triage/detectors/stream/flow.ts';

const DAY_MS = 86_400_000;
const SPAN_MS = 14 * DAY_MS;
const RELAY_MS = 5 * DAY_MS;
const COUNTERPARTIES = 5;
const HOPS = 4;

type Seen = { readonly other: string; readonly amount: number; readonly atMs: number };
type Ends = { readonly into: Map<string, Seen[]>; readonly out: Map<string, Seen[]> };

/**
 * What one writes in an afternoon: one pass that keeps every transfer by account, without bounds, lateness, paths or
 * evidence, and counts hits of fan-in, fan-out, pass-through and cycles of up to four. The anchor of the bench.
 * @returns hits, counted anew at each transfer
 */
export function plainSinglePass(transfers: readonly StreamTransfer[]): number {
  const ends: Ends = { into: new Map(), out: new Map() };
  let hits = 0;
  for (const { amount, atMs, from, to } of transfers) {
    add(ends.out, from, { other: to, amount, atMs });
    add(ends.into, to, { other: from, amount, atMs });
    if (distinct(ends.into.get(to), atMs) >= COUNTERPARTIES) hits += 1;
    if (distinct(ends.out.get(from), atMs) >= COUNTERPARTIES) hits += 1;
    if (isTakenOn(ends.into.get(from), amount, atMs)) hits += 1;
    if (returns(ends.out, to, from, atMs, HOPS - 1)) hits += 1;
  }
  return hits;
}

function add(side: Map<string, Seen[]>, account: string, seen: Seen): void {
  const there = side.get(account);
  if (there === undefined) side.set(account, [seen]);
  else there.push(seen);
}

function distinct(seen: readonly Seen[] = [], nowMs: number): number {
  const others = new Set<string>();
  for (let place = seen.length - 1; place >= 0; place -= 1) {
    const one = seen[place];
    if (one === undefined || one.atMs <= nowMs - SPAN_MS) break;
    others.add(one.other);
  }
  return others.size;
}

function isTakenOn(seen: readonly Seen[] = [], amount: number, nowMs: number): boolean {
  for (let place = seen.length - 1; place >= 0; place -= 1) {
    const one = seen[place];
    if (one === undefined || one.atMs <= nowMs - RELAY_MS) break;
    if (amount >= 0.85 * one.amount && amount <= 1.005 * one.amount) return true;
  }
  return false;
}

function returns(out: Map<string, Seen[]>, at: string, home: string, nowMs: number, hops: number): boolean {
  const seen = out.get(at) ?? [];
  for (let place = seen.length - 1; place >= 0; place -= 1) {
    const one = seen[place];
    if (one === undefined || one.atMs <= nowMs - SPAN_MS) break;
    if (one.other === home || (hops > 1 && returns(out, one.other, home, nowMs, hops - 1))) return true;
  }
  return false;
}
