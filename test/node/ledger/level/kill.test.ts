import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { collect, SYSTEM, text } from '../../../conformance/ledger-fixtures.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { LedgerFolder } from './ledger-folder.ts';

const RUNS = 4;
const SEED = process.env['SEED'] ?? 'kill';

/** Runs a writer until it has acknowledged so many commits, kills it, and returns all that it had printed. */
async function writeAndKill(directory: string, run: number, afterCommits: number): Promise<[number, string][]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-writer.ts'), directory, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    lines += chunk.split('\n').length - 1;
    if (lines >= afterCommits) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const complete = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
  return complete.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']);
}

test('R-01 (kill -9, ledger) every acknowledged sequence is there after reopening, and the chain verifies', async (t) => {
  t.timeout(60_000);
  t.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const acknowledged: [number, string][] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const afterCommits = 20 + (Buffer.from(random(2)).readUInt16BE(0) % 1_500);
    acknowledged.push(...(await writeAndKill(folder.path, run, afterCommits)));
  }
  const ledger = await folder.open();
  t.true(acknowledged.length >= 20 * RUNS);
  const keysOfCommits = new Map<number, string>();
  for await (const { sequence, writes } of ledger.commits(1)) keysOfCommits.set(sequence, writes[0]?.key ?? '');
  for (const [sequence, key] of acknowledged) {
    if (keysOfCommits.get(sequence) !== key) t.fail(`commit ${sequence} is not there`);
    if (text(await ledger.get('transfer', key, SYSTEM)) !== key.repeat(20)) t.fail(`value of ${sequence} is not there`);
  }
  t.is((await collect(ledger.list('transfer', {}, SYSTEM))).length, ledger.head().sequence, 'nothing twice');
  t.deepEqual(await ledger.verify(), []);
});
