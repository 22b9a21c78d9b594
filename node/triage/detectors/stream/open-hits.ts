import { LIMITS } from '../../../../config/settings/limits.ts';
import type { EntityKey } from '../../../../proto/domain/ids.ts';
import { type AccountFlows, type Flow, inOrder } from './flow.ts';

/** One occurrence of a typology, as a detector sees it at one transfer. */
export type StreamFinding = {
  /** Whose pattern it is; null where it has no centre. */
  readonly centre: AccountFlows | null;
  /** Above 0, at most 1. */
  readonly strength: number;
  readonly flows: readonly Flow[];
  /** It is complete in itself: it does not grow, and another one may share transfers with it. */
  readonly isWhole?: true;
};

/** One transfer of a path. */
export type PathStep = {
  readonly transferId: string;
  readonly from: EntityKey;
  readonly to: EntityKey;
  /** Minor units as a double. */
  readonly amount: number;
  readonly currency: string;
  readonly atMs: number;
};

/** A pattern that was found in a stream, with the transfers that make it, in time. */
export type DetectionHit = {
  /** Stays the same while the pattern grows. */
  readonly hitId: string;
  readonly typology: string;
  /** Above 0, at most 1; the most that it has reached. */
  readonly strength: number;
  readonly centre: EntityKey | null;
  readonly accounts: readonly EntityKey[];
  readonly path: readonly PathStep[];
  readonly firstMs: number;
  readonly lastMs: number;
  /** As of earlier it is not known: the latest of its transfers' own. */
  readonly knownAtMs: number;
};

/** A hit that may still grow. */
export type OpenHit = {
  readonly hitId: string;
  readonly typology: string;
  readonly centre: AccountFlows | null;
  readonly flows: Set<Flow>;
  strength: number;
  lastMs: number;
};

/**
 * The hits of one typology that may still grow: a finding that shares a transfer with one of the same centre is that
 * one, grown. A hit shows LIMITS.detectionHitTransfers at most; what a full one shares is told no second time.
 */
export class OpenHits {
  readonly #typology: string;
  readonly #byCentre = new Map<AccountFlows, OpenHit>();
  readonly #byFlow = new Map<Flow, OpenHit>();

  constructor(typology: string) {
    this.#typology = typology;
  }

  /** The hit that the finding is, or undefined when it says nothing new. */
  take(finding: StreamFinding): OpenHit | undefined {
    const open = this.#openFor(finding);
    if (open === undefined) return this.#begin(finding);
    const before = open.flows.size;
    for (const flow of finding.flows) {
      if (open.flows.size >= LIMITS.detectionHitTransfers) break;
      open.flows.add(flow);
      if (open.centre === null) this.#byFlow.set(flow, open);
      if (flow.atMs > open.lastMs) open.lastMs = flow.atMs;
    }
    const isStronger = finding.strength > open.strength;
    if (isStronger) open.strength = finding.strength;
    return isStronger || open.flows.size > before ? open : undefined;
  }

  /** Forgets hits whose last transfer is older. */
  close(beforeMs: number): void {
    for (const [centre, { lastMs }] of this.#byCentre) if (lastMs < beforeMs) this.#byCentre.delete(centre);
    for (const [flow, { lastMs }] of this.#byFlow) if (lastMs < beforeMs) this.#byFlow.delete(flow);
  }

  #openFor({ centre, flows, isWhole }: StreamFinding): OpenHit | undefined {
    if (centre === null) {
      for (const flow of flows) {
        const open = this.#byFlow.get(flow);
        const isIt = open !== undefined && (isWhole !== true || flows.every((one) => open.flows.has(one)));
        if (isIt) return open;
      }
      return undefined;
    }
    const open = this.#byCentre.get(centre);
    return open !== undefined && flows.some((flow) => open.flows.has(flow)) ? open : undefined;
  }

  #begin({ centre, flows, isWhole, strength }: StreamFinding): OpenHit {
    const sorted = flows.toSorted(inOrder).slice(-LIMITS.detectionHitTransfers);
    const [first, last] = [sorted[0]?.edgeId, sorted.at(-1)?.edgeId];
    const name = [this.#typology, ...(centre === null ? [] : [centre.key]), first, ...(isWhole === true ? [last] : [])];
    const hit: OpenHit = {
      hitId: name.join('/'),
      typology: this.#typology,
      centre,
      flows: new Set(sorted),
      strength,
      lastMs: sorted.at(-1)?.atMs ?? 0,
    };
    if (centre !== null) this.#byCentre.set(centre, hit);
    else for (const flow of sorted) this.#byFlow.set(flow, hit);
    return hit;
  }
}

/** What an open hit is now, for keeping. */
export function toHit({ centre, flows, hitId, strength, typology }: OpenHit): DetectionHit {
  const sorted = [...flows].sort(inOrder);
  return {
    hitId,
    typology,
    strength,
    centre: centre?.key ?? null,
    accounts: [...new Set(sorted.flatMap(({ from, to }) => [from.key, to.key]))],
    path: sorted.map(({ amount, atMs, currency, edgeId, from, to }) => {
      return { transferId: edgeId, from: from.key, to: to.key, amount, currency, atMs };
    }),
    firstMs: sorted[0]?.atMs ?? 0,
    lastMs: sorted.at(-1)?.atMs ?? 0,
    knownAtMs: Math.max(...sorted.map(({ knownAtMs }) => knownAtMs)),
  };
}
