import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { waitUntil } from './wait-until.ts';

/** The two programs, each run from its source as a process of its own. */
export const PROGRAMS = { node: 'node/main.ts', coordinator: 'coordinator/main.ts' } as const;
export type ProgramName = keyof typeof PROGRAMS;

/** Variables that reach a program; whatever else the caller's shell has set stays outside. */
export type Environment = Readonly<Record<string, string>>;

export type CommandOutcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A program that has said where it listens. */
export type RunningProgram = {
  readonly program: ProgramName;
  readonly home: string;
  readonly pid: number;
  /** As run.json has them. */
  readonly addresses: Readonly<Record<string, string | readonly string[]>>;
  /** Everything that it has written so far. */
  log(): string;
  /** Asks it to end and waits. @returns its exit code, null when it had to be killed */
  stop(): Promise<number | null>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<number | null>;
};

const ROOT = resolve(import.meta.dirname, '../..');
/**
 * Code compiled, and types stripped, by a program that ran before. Named here rather than by the program, since what is
 * loaded before a program can name it would be stripped each time, by a compiler that then stays in memory (25 MB).
 */
const COMPILED = join(ROOT, 'node_modules/.cache/concordat');
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 30_000;

/** Runs one command line to its end. */
export async function runCommand(
  program: ProgramName,
  words: readonly string[],
  environment: Environment = {},
): Promise<CommandOutcome> {
  const child = spawn(process.execPath, [join(ROOT, PROGRAMS[program]), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentOf({ NODE_COMPILE_CACHE: COMPILED, ...environment }),
  });
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs a command that must succeed. @returns what it wrote @throws naming the command and what it said */
export async function runText(
  program: ProgramName,
  words: readonly string[],
  environment: Environment = {},
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(program, words, environment);
  if (code !== 0) throw new Error(`${commandText(program, words)} ended with ${code}: ${firstLine(stderr)}`);
  return stdout;
}

/** As runText, with --json. */
export async function runJson<Answer>(
  program: ProgramName,
  words: readonly string[],
  environment: Environment = {},
): Promise<Answer> {
  const written = await runText(program, [...words, '--json'], environment);
  try {
    return JSON.parse(written) as Answer;
  } catch (cause) {
    throw new Error(`${commandText(program, words)} wrote no JSON`, { cause });
  }
}

/**
 * Starts a program over a home and waits until its run.json says that it is ready. What it writes goes to
 * `<home>.log`, which outlives it.
 * @param built entry of the program as built, run as a package runs it; none: from source
 * @throws when it ends first or is not ready in time, with the last line that it wrote
 */
export async function startProgram(
  program: ProgramName,
  home: string,
  words: readonly string[] = [],
  environment: Environment = {},
  built?: string,
): Promise<RunningProgram> {
  const entry = built ?? join(ROOT, PROGRAMS[program]);
  const logPath = `${home}.log`;
  const output = openSync(logPath, 'a');
  const child = spawn(process.execPath, [entry, 'start', '--home', home, ...words], {
    stdio: ['ignore', output, output],
    env: environmentOf(built === undefined ? { NODE_COMPILE_CACHE: COMPILED, ...environment } : environment),
  });
  closeSync(output);
  const log = (): string => readFileSync(logPath, 'utf8');
  let isOver = false;
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('exit', done);
  }).finally(() => {
    isOver = true;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);

  const signalled = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!isOver) child.kill(signal);
    return ended;
  };
  const stop = async (): Promise<number | null> => {
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    return signalled('SIGTERM').finally(() => clearTimeout(late));
  };
  const kill = async (): Promise<void> => void (await signalled('SIGKILL'));

  let addresses: RunningProgram['addresses'] | undefined;
  const isReady = async (): Promise<boolean> => {
    if (isOver) throw new Error(`${program} ended at its start: ${lastLine(log())}`);
    addresses = await addressesOf(home, pid);
    return addresses !== undefined;
  };
  try {
    await waitUntil(`${program} ready in ${home}`, isReady, READY_WITHIN_MS);
  } catch (error) {
    await kill();
    throw error;
  }
  return { program, home, pid, addresses: addresses ?? {}, log, stop, kill, ended };
}

/** What the process of this id has told in run.json; undefined before it has. */
async function addressesOf(home: string, pid: number): Promise<RunningProgram['addresses'] | undefined> {
  try {
    const run = JSON.parse(await readFile(join(home, 'run.json'), 'utf8')) as {
      pid: number;
      addresses: RunningProgram['addresses'];
    };
    return run.pid === pid ? run.addresses : undefined;
  } catch {
    return undefined; // not there yet, or of a process that is gone
  }
}

function environmentOf(own: Environment): NodeJS.ProcessEnv {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG'] as const;
  const kept = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...own };
}

function commandText(program: ProgramName, words: readonly string[]): string {
  return `concordat-${program} ${words.filter((word) => !word.startsWith('/')).join(' ')}`;
}

function firstLine(written: string): string {
  return written.trim().split('\n')[0] ?? '';
}

function lastLine(written: string): string {
  return written.trim().split('\n').at(-1)?.trim() ?? '';
}
