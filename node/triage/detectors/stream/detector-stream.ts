import { LIMITS } from '../../../../config/settings/limits.ts';
import type { Typology } from '../../../../config/typologies/typology.ts';
import { DAY_MS, LOOKBACK_MS, WINDOW_MS } from '../../features/account-view.ts';
import { bipartiteDetector } from './bipartite.ts';
import { cycleDetector } from './cycle.ts';
import type { StreamDetector } from './detector.ts';
import { dormantDetector } from './dormant.ts';
import { fanDetector } from './fan.ts';
import { type Flow, inOrder, placeOf, type StreamTransfer } from './flow.ts';
import { FlowBook } from './flow-book.ts';
import { gatherScatterDetector } from './gather-scatter.ts';
import { type OpenHit, OpenHits } from './open-hits.ts';
import { passThroughDetector } from './pass-through.ts';
import { scatterGatherDetector } from './scatter-gather.ts';
import { shellClusterDetector } from './shell-cluster.ts';
import { stackDetector } from './stack.ts';
import { structuringDetector } from './structuring.ts';

type Running = { readonly detector: StreamDetector; readonly hits: OpenHits };

/** Is told of a hit when it begins and whenever it grows; to keep it, see toHit. */
export type OnHit = (hit: OpenHit) => void;

/**
 * Every detector of a table over transfers as they come, in one pass and bounded memory (see FlowBook). Transfers of
 * one instant are looked at together, when a later one comes or by flush(): bookings carry only a day, and their order
 * within it means nothing. One that comes late is put where it belongs, and what its two accounts did since is looked
 * at again.
 */
export class DetectorStream {
  readonly #book: FlowBook;
  readonly #running: readonly Running[];
  readonly #onHit: OnHit;
  #waiting: StreamTransfer[] = [];
  #newestMs = -Infinity;
  #closedMs = -Infinity;
  #refused = 0;

  constructor(typologies: readonly Typology[], onHit: OnHit) {
    const spansMs = typologies.map(({ parameters }) => parameters.spanDays * DAY_MS);
    this.#book = new FlowBook({
      windowMs: Math.max(WINDOW_MS, ...spansMs),
      lookbackMs: LOOKBACK_MS,
      mostFlows: LIMITS.detectionFlows,
      mostAccounts: LIMITS.detectionAccounts,
    });
    this.#running = typologies.map((typology) => {
      return { detector: detectorOf(typology), hits: new OpenHits(typology.id) };
    });
    this.#onHit = onHit;
  }

  /** Transfers held, accounts known, and transfers refused since they were older than the window, or known already. */
  get figures(): { readonly transfers: number; readonly accounts: number; readonly refused: number } {
    return { transfers: this.#book.flows, accounts: this.#book.accounts, refused: this.#refused };
  }

  feed(transfer: StreamTransfer): void {
    if (transfer.atMs > this.#newestMs) {
      this.flush();
      this.#newestMs = transfer.atMs;
    }
    this.#waiting.push(transfer);
  }

  /** Looks at what has come since the last instant that is over. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const nowMs = this.#newestMs;
    const waiting = this.#waiting.sort(inOrder);
    this.#waiting = [];
    const flows = waiting.flatMap((transfer) => this.#book.add(transfer) ?? []);
    this.#refused += waiting.length - flows.length;
    for (const flow of flows) {
      this.#look(flow);
      if (flow.atMs < nowMs) for (const later of laterThan(flow)) this.#look(later);
    }
    if (nowMs >= this.#closedMs + DAY_MS) {
      this.#closedMs = nowMs;
      for (const { hits } of this.#running) hits.close(nowMs - WINDOW_MS);
    }
  }

  #look(flow: Flow): void {
    for (const { detector, hits } of this.#running) {
      detector(flow, (finding) => {
        const hit = hits.take(finding);
        if (hit !== undefined) this.#onHit(hit);
      });
    }
  }
}

/** What the two accounts of a transfer did after it. */
function laterThan(flow: Flow): readonly Flow[] {
  const sides = [flow.from.incoming, flow.from.outgoing, flow.to.incoming, flow.to.outgoing];
  const later = new Set(sides.flatMap((side) => side.slice(placeOf(side, flow.atMs + 1))));
  return [...later].sort(inOrder);
}

function detectorOf(typology: Typology): StreamDetector {
  switch (typology.detector) {
    case 'fan':
      return fanDetector(typology.parameters);
    case 'cycle':
      return cycleDetector(typology.parameters);
    case 'scatter-gather':
      return scatterGatherDetector(typology.parameters);
    case 'gather-scatter':
      return gatherScatterDetector(typology.parameters);
    case 'pass-through':
      return passThroughDetector(typology.parameters);
    case 'structuring':
      return structuringDetector(typology.parameters);
    case 'dormant':
      return dormantDetector(typology.parameters);
    case 'bipartite':
      return bipartiteDetector(typology.parameters);
    case 'stack':
      return stackDetector(typology.parameters);
    case 'shell-cluster':
      return shellClusterDetector(typology.parameters);
  }
}
