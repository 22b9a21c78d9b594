import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { projectToGraph } from '../records/graph/project.ts';

/**
 * Keeps the graph behind the ledger: one projection at a time, and a caller that comes in the middle gets the next one,
 * which begins at a head that holds what it has committed.
 */
export class Projection {
  readonly #deps: { readonly ledger: Ledger; readonly graph: GraphStore; readonly agency: string };
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(deps: { readonly ledger: Ledger; readonly graph: GraphStore; readonly agency: string }) {
    this.#deps = deps;
  }

  /** Resolves when the graph holds everything that was committed before the call. */
  catchUp(): Promise<void> {
    this.#next ??= this.#afterRunning();
    return this.#next;
  }

  async #afterRunning(): Promise<void> {
    await this.#running;
    this.#next = undefined;
    const run = projectToGraph(this.#deps);
    this.#running = run.catch(() => undefined);
    await run;
  }
}

/** Empties a graph that is ahead of the ledger: it was built from another one, or from one that was restored. */
export async function alignGraph({ ledger, graph }: { ledger: Ledger; graph: GraphStore }): Promise<void> {
  if ((await graph.appliedSequence()) > ledger.head().sequence) await graph.clear();
}
