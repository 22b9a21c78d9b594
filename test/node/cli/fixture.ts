import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { systemClock } from '../../../config/runtime/clock.ts';
import { systemRandom } from '../../../config/runtime/random.ts';
import { runCommandLine } from '../../../node/cli/program.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type CommandLine = {
  /** A folder of this test's own; no home is in it yet. */
  readonly folder: string;
  readonly home: string;
  /** Runs a command line in this process, with nothing of the environment but what is handed in. */
  readonly run: (
    words: readonly string[],
    more?: { environment?: Readonly<Record<string, string>>; stdin?: string; signals?: EventEmitter },
  ) => Promise<Ran>;
  /** As run, with --home. */
  readonly at: (words: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Ran>;
  /** As at, with --json, read back. */
  readonly json: (words: readonly string[]) => Promise<unknown>;
};

/** A command line in a folder that is gone after the test. */
export function commandLine(t: ExecutionContext): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-cli-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const run: CommandLine['run'] = async (words, more = {}) => {
    let out = '';
    let err = '';
    const code = await runCommandLine(words, {
      environment: more.environment ?? {},
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      stdin: (async function* stdin() {
        yield more.stdin ?? '';
      })(),
      signals: more.signals ?? new EventEmitter(),
      clock: systemClock,
      random: systemRandom,
      userName: () => 'tester',
    });
    return { code, out, err };
  };
  const at: CommandLine['at'] = (words, environment = {}) => run([...words, '--home', home], { environment });
  return {
    folder,
    home,
    run,
    at,
    json: async (words) => {
      const { code, out, err } = await at([...words, '--json']);
      if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${err}${out}`);
      return JSON.parse(out);
    },
  };
}

/** Makes a home with ports that are free, and secrets and keys of its own. */
export async function initialised(t: ExecutionContext): Promise<CommandLine> {
  const line = commandLine(t);
  const { code, err } = await line.at(['init', '--agency', 'alpha', '--api-port', '0', '--metrics-port', '0']);
  t.is(code, 0, err);
  return line;
}
