import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphStore } from '../../../../node/graph/graph-store.ts';
import { openLevelGraph } from '../../../../node/graph/level/level-graph.ts';

/** A graph's directory for one test, the graphs opened in it, and what they logged as errors. */
export class GraphFolder {
  readonly path: string;
  readonly errors: string[] = [];
  #opened: GraphStore[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<GraphFolder> {
    return new GraphFolder(await mkdtemp(join(tmpdir(), 'graph-')));
  }

  async open(): Promise<GraphStore> {
    const error = (_: object, message: string): void => void this.errors.push(message);
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error };
    const graph = await openLevelGraph({ directory: join(this.path, 'graph'), log });
    this.#opened.push(graph);
    return graph;
  }

  /** A copy of the files as they are, as after a power cut. */
  async copy(): Promise<GraphFolder> {
    const copy = await GraphFolder.make();
    await cp(this.path, copy.path, { recursive: true });
    return copy;
  }

  async dispose(): Promise<void> {
    for (const graph of this.#opened) await graph.close();
    await rm(this.path, { recursive: true, force: true });
  }
}
