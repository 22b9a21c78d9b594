import { userInfo } from 'node:os';
import { systemClock } from '../../config/runtime/clock.ts';
import { systemRandom } from '../../config/runtime/random.ts';
import { runCommandLine } from './program.ts';

/** Runs the command line of a process, with the machine's own clock, random source and streams. */
export function runHere(process: NodeJS.Process): Promise<number> {
  return runCommandLine(process.argv.slice(2), {
    environment: process.env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    signals: process,
    clock: systemClock,
    random: systemRandom,
    userName: () => userInfo().username,
  });
}
