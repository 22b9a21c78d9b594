// Child process of kill.test.ts: commits without end and prints each acknowledged sequence with what it wrote.
import { openLevelLedger } from '../../../../node/ledger/level/level-ledger.ts';
import { audit, put } from '../../../conformance/ledger-fixtures.ts';
import { SILENT } from './ledger-folder.ts';

const [, , directory = '', run = ''] = process.argv;
const ledger = await openLevelLedger({
  directory,
  clock: { nowMs: () => Date.now() },
  log: SILENT,
  reserveBytes: 4_096,
});

async function commitForEver(writer: number): Promise<void> {
  for (let place = 0; ; place += 1) {
    const key = `${run}/${writer}/${place}`;
    const { sequence } = await ledger.commit({
      writes: [put(key, key.repeat(20), { ifAbsent: true })],
      audit: [audit(`write:${key}`)],
    });
    process.stdout.write(`${sequence} ${key}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, writer) => commitForEver(writer)));
