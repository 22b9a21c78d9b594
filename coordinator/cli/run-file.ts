import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Home } from '../home.ts';

/** What a running coordinator tells in its home: who it is and where it is reached. */
const RUN = z.object({
  pid: z.int().min(1),
  version: z.string(),
  started_at: z.iso.datetime(),
  addresses: z.object({ enrolment: z.string(), members: z.string(), metrics: z.string(), operator: z.string() }),
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

/** The coordinator that runs in a home; undefined when there is none, or when the one that wrote the file is gone. */
export function runningCoordinator(home: Home): RunFile | undefined {
  try {
    const run = RUN.parse(JSON.parse(readFileSync(home.runFile, 'utf8')));
    return isAlive(run.pid) ? run : undefined;
  } catch {
    return undefined;
  }
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
