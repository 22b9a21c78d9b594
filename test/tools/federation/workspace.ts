import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, type ProgramName, type RunningProgram, startProgram } from '../programs.ts';

/** A folder of its own and the programs that run in it: closing it leaves nothing behind. */
export class Workspace {
  readonly directory: string;
  readonly #running = new Set<RunningProgram>();

  private constructor(directory: string) {
    this.directory = directory;
  }

  static create(): Workspace {
    return new Workspace(mkdtempSync(join(tmpdir(), 'concordat-')));
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  async start(
    program: ProgramName,
    home: string,
    words: readonly string[] = [],
    environment: Environment = {},
  ): Promise<RunningProgram> {
    const running = await startProgram(program, home, words, environment);
    this.#running.add(running);
    void running.ended.finally(() => this.#running.delete(running));
    return running;
  }

  /** Ends what runs and, unless it is to be kept, removes the folder. May be called twice. */
  async close(keep = false): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
    if (!keep) rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A port that was free a moment ago, for an address that must survive a restart. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
