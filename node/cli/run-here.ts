import { userInfo } from 'node:os';
import { systemClock } from '../../config/runtime/clock.ts';
import { systemRandom } from '../../config/runtime/random.ts';
import { runCommandLine } from './program.ts';

/** What is still being written when a command ends gets so long. */
const FORCED_EXIT_MS = 1_000;

/** Runs the command line of a process, with the machine's own clock, random source and streams. */
export async function runHere(process: NodeJS.Process): Promise<void> {
  // A reader that has seen enough, as `head` has, closes the pipe: that is no fault of the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    environment: process.env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stdin: process.stdin,
    signals: process,
    clock: systemClock,
    random: systemRandom,
    userName: () => userInfo().username,
  });
  // A stop that was forced leaves things open that would keep the process alive.
  setTimeout(() => process.exit(), FORCED_EXIT_MS).unref();
}
