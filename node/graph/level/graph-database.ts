import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Log } from '../../../proto/domain/runtime.ts';
import { graphError } from '../errors.ts';
import { BatchMarkers } from './batch-markers.ts';
import { EdgeCache } from './edge-cache.ts';
import { destroyFiles, emptyTables, type GraphLevel, openChecked, type OpenedGraph } from './graph-files.ts';
import { NodeCache } from './node-cache.ts';
import { APPLIED_KEY, encodeApplied, NOTHING_APPLIED } from './store-facts.ts';

export type Operation =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

/**
 * The graph's files. Whatever is wrong with them, the ledger has it all: a graph that lost or altered something is
 * emptied when it is opened, and is built anew from sequence 1.
 */
export class GraphDatabase {
  readonly nodes = new NodeCache();
  readonly edges = new EdgeCache();
  readonly #directory: string;
  #level: GraphLevel;
  #markers: BatchMarkers;
  #appliedSequence: number;
  #writeFailed = false;

  private constructor(directory: string, { level, applied }: OpenedGraph) {
    this.#directory = directory;
    this.#level = level;
    this.#markers = new BatchMarkers(applied.markers);
    this.#appliedSequence = applied.sequence;
  }

  /** @throws GRAPH_LOCKED, GRAPH_FORMAT, GRAPH_OPEN */
  static async open(directory: string, log: Log): Promise<GraphDatabase> {
    try {
      return new GraphDatabase(directory, await openChecked(directory));
    } catch (error) {
      if (!isRefusal(error, 'GRAPH_CORRUPT')) throw error;
      if (error.detail['part'] === 'format')
        log.warn({ ...error.detail }, 'graph is of an older format and is built anew from the ledger');
      else log.error({ ...error.detail }, 'graph is damaged and must be built anew from the ledger');
      await destroyFiles(directory);
      return new GraphDatabase(directory, await openChecked(directory));
    }
  }

  get level(): GraphLevel {
    return this.#level;
  }

  get appliedSequence(): number {
    return this.#appliedSequence;
  }

  /** Writes what `plan` says whole and durable, with the sequence that it reaches. Calls do not overlap. */
  async write(plan: (level: GraphLevel) => Promise<readonly Operation[]>, reached: number): Promise<void> {
    if (this.#writeFailed) await this.#reopen();
    const operations = await plan(this.#level);
    const sequence = Math.max(reached, this.#appliedSequence);
    const applied = encodeApplied({ sequence, markers: this.#markers.withNext });
    const facts: Operation[] = [{ type: 'put', key: APPLIED_KEY, value: applied }, this.#markers.operation()];
    try {
      await this.#level.batch([...operations, ...facts], { sync: true });
    } catch (cause) {
      // The engine's log may be torn now: what it would append next could not be read back.
      this.#writeFailed = true;
      throw graphError('GRAPH_WRITE_FAILED', { cause });
    }
    this.#appliedSequence = sequence;
    const keys = operations.map(({ key }) => key);
    for (const key of keys) this.nodes.forget(key);
    this.edges.forget(keys);
    await this.#markers.advance(this.#level);
  }

  /** Empties everything. Interrupted, it is taken up when the files are opened, as nothing counts as applied. */
  async clear(): Promise<void> {
    await this.#level.put(APPLIED_KEY, encodeApplied(NOTHING_APPLIED), { sync: true });
    this.#appliedSequence = 0;
    this.#markers = new BatchMarkers(NOTHING_APPLIED.markers);
    await emptyTables(this.#level);
    this.nodes.clear();
    this.edges.clear();
  }

  async close(): Promise<void> {
    this.nodes.clear();
    this.edges.clear();
    await this.#level.close();
  }

  async #reopen(): Promise<void> {
    await this.close();
    const { level, applied } = await openChecked(this.#directory);
    this.#level = level;
    this.#markers = new BatchMarkers(applied.markers);
    this.#appliedSequence = applied.sequence;
    this.#writeFailed = false;
  }
}
