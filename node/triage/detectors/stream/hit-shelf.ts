import { type DetectionHit, type OpenHit, toHit } from './open-hits.ts';

/** Of two hits the one to keep is the one that sorts first. */
export type HitOrder = (one: OpenHit, other: OpenHit) => number;

/** The strongest first, of equally strong ones the newest. */
export function strongestFirst(one: OpenHit, other: OpenHit): number {
  return other.strength - one.strength || newestFirst(one, other);
}

export function newestFirst(one: OpenHit, other: OpenHit): number {
  return other.lastMs - one.lastMs || (one.hitId < other.hitId ? -1 : 1);
}

/** Hits as they grow, so many of them: when there are twice as many, those that sort last go. */
export class HitShelf {
  readonly #most: number;
  readonly #order: HitOrder;
  readonly #hits = new Map<string, OpenHit>();
  #left = 0;

  constructor(most: number, order: HitOrder) {
    this.#most = most;
    this.#order = order;
  }

  /** Hits that were let go. */
  get leftOut(): number {
    return this.#left + Math.max(0, this.#hits.size - this.#most);
  }

  put(hit: OpenHit): void {
    this.#hits.set(hit.hitId, hit);
    if (this.#hits.size < 2 * this.#most) return;
    const kept = this.#sorted();
    this.#left += this.#hits.size - kept.length;
    this.#hits.clear();
    for (const one of kept) this.#hits.set(one.hitId, one);
  }

  /** As they are now, in order. */
  hits(): readonly DetectionHit[] {
    return this.#sorted().map(toHit);
  }

  #sorted(): readonly OpenHit[] {
    return [...this.#hits.values()].sort(this.#order).slice(0, this.#most);
  }
}
