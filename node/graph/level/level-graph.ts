import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Log } from '../../../proto/domain/runtime.ts';
import { checkBatch } from '../element-check.ts';
import { graphError } from '../errors.ts';
import type { GraphStore } from '../graph-store.ts';
import { readAggregate } from './aggregate-query.ts';
import { planBatch } from './apply-batch.ts';
import { GraphDatabase } from './graph-database.ts';
import { readNeighbours } from './neighbour-query.ts';
import { readPaths } from './path-query.ts';
import { QueryView } from './query-view.ts';

export type LevelGraphOptions = {
  /** Created when absent. */
  readonly directory: string;
  readonly log: Log;
};

/**
 * Opens the graph on level, created when absent. A damaged one is emptied with a line in the log: appliedSequence() is
 * then 0, and whoever projects the ledger builds it anew. Batches are durable when apply() returns.
 * @throws GRAPH_LOCKED, GRAPH_FORMAT, GRAPH_OPEN
 */
export async function openLevelGraph({ directory, log }: LevelGraphOptions): Promise<GraphStore> {
  const database = await GraphDatabase.open(directory, log);
  const writes = new Turns();
  const view = (viewer: Viewer, asOfMs: number): QueryView => new QueryView(database, viewer, asOfMs);
  return {
    apply: (batch) =>
      writes.take(async () => {
        checkBatch(batch);
        await database.write((level) => planBatch(level, batch), batch.sequence);
      }),
    appliedSequence: async () => database.appliedSequence,
    node: async (key, asOfMs, viewer) => view(viewer, asOfMs).readNode(key),
    neighbours: async (query, viewer) => readNeighbours(view(viewer, query.asOfMs), query),
    paths: async (query, viewer) => readPaths(view(viewer, query.asOfMs), query),
    aggregate: async (query, viewer) => readAggregate(view(viewer, query.asOfMs), query),
    clear: () => writes.take(() => database.clear()),
    close: () => writes.end(() => database.close()),
  };
}

/** Writes come one after the other, in the order of the calls, and none after the end. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #ended: Promise<void> | undefined;

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#ended !== undefined) return Promise.reject(graphError('GRAPH_CLOSED'));
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  end(work: () => Promise<void>): Promise<void> {
    this.#ended ??= this.#last.then(work);
    return this.#ended;
  }
}
