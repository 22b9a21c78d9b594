import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Typology } from '../../../config/typologies/typology.ts';
import { canSee, type Marking, type Viewer } from '../../../proto/domain/marking.ts';
import type { BusinessTime } from '../ports.ts';
import { DetectorStream } from './stream/detector-stream.ts';
import type { StreamTransfer } from './stream/flow.ts';
import { HitShelf, newestFirst } from './stream/hit-shelf.ts';
import type { DetectionHit } from './stream/open-hits.ts';
import type { NewTransfers } from './transfer-source.ts';

export type DetectionWatchDeps = {
  readonly source: NewTransfers;
  readonly typologies: readonly Typology[];
  /** Of transfers, and so of what is made of them. */
  readonly marking: Marking;
  readonly businessTime: BusinessTime;
};

/** So many are put in time before they are fed: files come in any order. */
const CHUNK_TRANSFERS = 50_000;
/** So many are looked at before anything else runs. */
const TURN_TRANSFERS = 500;

/**
 * Feeds the detectors with every transfer that the records take in, and keeps what they find: LIMITS.detectionHits, the
 * newest. In memory alone: after a start the records are read again.
 */
export class DetectionWatch {
  readonly #deps: DetectionWatchDeps;
  readonly #shelf = new HitShelf(LIMITS.detectionHits, newestFirst);
  readonly #stream: DetectorStream;
  readonly #stopping = new AbortController();
  #sequence = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: DetectionWatchDeps) {
    this.#deps = deps;
    this.#stream = new DetectorStream(deps.typologies, (hit) => this.#shelf.put(hit));
  }

  /** Resolves when what was committed before the call has been looked at; one after the other. */
  catchUp(): Promise<void> {
    const run = this.#running.then(() => this.#run());
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** What is known by now, newest first; nothing where the viewer may not see transfers. */
  hits(viewer: Viewer): readonly DetectionHit[] {
    if (!canSee(viewer, this.#deps.marking)) return [];
    const nowMs = this.#deps.businessTime.nowMs();
    return this.#shelf.hits().filter(({ knownAtMs }) => knownAtMs <= nowMs);
  }

  /** Ends the reading under way; what was found stays. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let chunk: StreamTransfer[] = [];
    let until = this.#sequence;
    for await (const { sequence, transfers } of this.#deps.source.since(until)) {
      if (this.#stopping.signal.aborted) return;
      chunk.push(...transfers);
      until = sequence;
      if (chunk.length < CHUNK_TRANSFERS) continue;
      await this.#feed(chunk);
      chunk = [];
      this.#sequence = until;
    }
    await this.#feed(chunk);
    this.#stream.flush();
    this.#sequence = until;
  }

  async #feed(chunk: StreamTransfer[]): Promise<void> {
    chunk.sort((one, other) => one.atMs - other.atMs);
    for (const [place, transfer] of chunk.entries()) {
      if (place % TURN_TRANSFERS === 0) await nextTurn();
      this.#stream.feed(transfer);
    }
  }
}
