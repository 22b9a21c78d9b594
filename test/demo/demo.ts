// `npm run demo`: a federation of separate processes on loopback, fed a synthetic data set, from founding to suspension.
import { openDataSet } from '../tools/federation/data-set.ts';
import { Workspace } from '../tools/federation/workspace.ts';
import { type DemoOptions, demoOptions, USAGE } from './options.ts';
import { COLUMNS, heading, type Line, tableText } from './report.ts';
import { runDemo, STEPS } from './run.ts';
import { Screen } from './screen.ts';

const NOTE = [
  'Note: k = 2 with three members means that whoever contributed to an opened flag',
  'can guess who the other contributor is. A federation in earnest uses k >= 3.',
].join('\n');

let options: DemoOptions;
try {
  options = demoOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}: ${USAGE}`);
  process.exit(2);
}

const { json, keep, stay } = options;
const screen = new Screen(
  { steps: STEPS },
  { write: (text) => void (json ? process.stderr : process.stdout).write(text) },
);
const workspace = Workspace.create();
const interrupted = new Promise<'interrupted'>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done('interrupted'));
});

screen.line(heading('Concordat demo'));
screen.line('Every person, account and transfer below is invented; some listed names are real.');
screen.line(NOTE);

try {
  const outcome = await Promise.race([runDemo({ data: openDataSet(options.data), workspace, screen }), interrupted]);
  if (outcome === 'interrupted') {
    screen.line('interrupted');
    process.exitCode = 130;
  } else {
    close(outcome);
    if (stay) {
      screen.line(`--stay: everything runs on; homes are in ${workspace.directory}; end with Ctrl-C`);
      await interrupted;
    }
  }
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = keep
    ? `read ${workspace.directory}/*.log`
    : 'run it again with --keep and read the logs that it names';
  console.error(`FAIL in ${screen.where()}: ${reason}; remedy: ${remedy}`);
  process.exitCode = 1;
} finally {
  await workspace.close(keep);
  if (keep) screen.line(`--keep: homes and logs are in ${workspace.directory}`);
}

/** The closing table, or the same as one JSON document. */
function close(lines: readonly Line[]): void {
  const failed = lines.filter(({ pass }) => !pass).length;
  const seconds = Math.round(screen.seconds() * 10) / 10;
  process.exitCode = failed === 0 ? 0 : 1;
  if (json) {
    const report = {
      synthetic: true,
      data: options.data,
      seconds,
      passed: lines.length - failed,
      failed,
      note: NOTE,
      lines,
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  screen.line('');
  screen.line(tableText(lines));
  screen.line(NOTE);
  screen.line('='.repeat(COLUMNS));
  const verdict = failed === 0 ? `PASS: all ${lines.length} lines` : `FAIL: ${failed} of ${lines.length} lines`;
  screen.line(`${verdict}, ${seconds} s, all data SYNTHETIC`);
}
