import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Home } from '../compose/home.ts';

/** What a running node tells in its home: who it is and where it listens. Other parts add their addresses. */
const RUN = z.object({
  pid: z.int().min(1),
  version: z.string(),
  started_at: z.iso.datetime(),
  addresses: z.object({ api: z.string(), metrics: z.string() }).catchall(z.union([z.string(), z.array(z.string())])),
});
export type RunFile = z.infer<typeof RUN>;

/** Writes run.json whole or not at all. */
export function writeRunFile(home: Home, run: RunFile): void {
  const temporary = `${home.runFile}.new`;
  writeFileSync(temporary, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, home.runFile);
}

export function removeRunFile(home: Home): void {
  rmSync(home.runFile, { force: true });
}

/** The node that runs in a home; undefined when there is none, or when the one that wrote the file is gone. */
export function runningNode(home: Home): RunFile | undefined {
  let run: RunFile;
  try {
    run = RUN.parse(JSON.parse(readFileSync(home.runFile, 'utf8')));
  } catch {
    return undefined;
  }
  return isAlive(run.pid) ? run : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
