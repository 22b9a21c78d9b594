import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../../tools/federation/workspace.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** What a reader's alias stands for, without npm's own start at each of the commands. */
const NAMES = ['node', 'coordinator']
  .map((program) => `concordat-${program}() { '${process.execPath}' '${ROOT}/${program}/main.ts' "$@"; }`)
  .join('\n');
const READY = /^concordat-\w+ ready: /m;
const READY_WITHIN_MS = 30_000;
const RUN_WITHIN_MS = 60_000;

/** A folder that a reader would take for the clone's root, and shells in it. Closing it ends what it started. */
export class Terminal {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #started: ChildProcess[] = [];

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** Ports are any free ones, by the environment; the commands stay as they are written. */
  static async open(): Promise<Terminal> {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-readme-'));
    symlinkSync(join(ROOT, 'test'), join(folder, 'test'));
    const { PATH } = process.env;
    return new Terminal(folder, {
      PATH,
      HOME: folder,
      NO_COLOR: '1',
      CONCORDAT_API_PORT: '0',
      CONCORDAT_METRICS_PORT: '0',
      CONCORDAT_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
      CONCORDAT_COORDINATOR_ENROLMENT_PORT: String(await freePort()),
      CONCORDAT_COORDINATOR_MEMBER_PORT: String(await freePort()),
    });
  }

  /** Runs a block to its end. @returns what it wrote @throws when a command of it fails, with all that was written */
  async run(commands: string): Promise<string> {
    const shell = this.#shell(`set -euo pipefail\n${NAMES}\n${commands}`);
    const late = setTimeout(() => void this.#end(shell), RUN_WITHIN_MS);
    const ended = endOf(shell);
    const [out, err, code] = await Promise.all([text(shell.stdout), text(shell.stderr), ended]);
    clearTimeout(late);
    if (code !== 0) throw new Error(`ended with ${code}: ${commands}\n${out}\n${err}`);
    return out;
  }

  /** Starts one program and waits until it says that it is ready. @throws when it ends instead */
  async start(command: string): Promise<void> {
    // Without a shell between, so that the process that is told to end is the program.
    const shell = this.#shell(`${NAMES.replaceAll('{ ', '{ exec ')}\n${command}`);
    this.#started.push(shell);
    const said: string[] = [];
    shell.stderr.on('data', (chunk) => said.push(String(chunk)));
    await new Promise<void>((done, fail) => {
      const late = setTimeout(() => fail(new Error(`not ready: ${command}\n${said.join('')}`)), READY_WITHIN_MS);
      void endOf(shell).then((code) => fail(new Error(`${command} ended with ${code}:\n${said.join('')}`)));
      shell.stdout.on('data', (chunk) => {
        said.push(String(chunk));
        if (!READY.test(said.join(''))) return;
        clearTimeout(late);
        done();
      });
    });
  }

  /** Ends every program, last first, and removes the folder. @returns their exit codes */
  async close(): Promise<readonly (number | null)[]> {
    const codes: (number | null)[] = [];
    for (const shell of this.#started.toReversed()) codes.push(await this.#end(shell));
    this.#started.length = 0;
    rmSync(this.#folder, { recursive: true, force: true });
    return codes;
  }

  #shell(script: string) {
    return spawn('bash', ['-c', script], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async #end(shell: ChildProcess): Promise<number | null> {
    if (shell.exitCode === null && shell.signalCode === null) shell.kill('SIGTERM');
    return endOf(shell);
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => child.once('exit', done));
}
