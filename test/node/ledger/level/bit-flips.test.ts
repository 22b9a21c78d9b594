import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import test from 'ava';
import type { Ledger, LedgerRecord } from '../../../../node/ledger/ledger.ts';
import { ConcordatError } from '../../../../proto/domain/errors.ts';
import { audit, collect, put, remove, SYSTEM } from '../../../conformance/ledger-fixtures.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { LedgerFolder } from './ledger-folder.ts';

const FLIPS = 200;
const AT_ONCE = 8;
const SEED = process.env['SEED'] ?? 'bit flips';

type Contents = { readonly records: readonly LedgerRecord[]; readonly head: ReturnType<Ledger['head']> };

/** Everything that was acknowledged, by scan and by point reads, which the engine answers from different bytes. */
async function contents(ledger: Ledger): Promise<Contents> {
  const listed = [
    ...(await collect(ledger.list('transfer', {}, SYSTEM))),
    ...(await collect(ledger.list('auditByObject', {}, SYSTEM))),
  ];
  const records = await Promise.all(
    listed.map(async (record) => (await ledger.get(record.space, record.key, SYSTEM)) ?? record),
  );
  return { records, head: ledger.head() };
}

/** A folder as a power cut leaves it: older commits in tables of the engine, the newest in its log. */
async function writeLedger(folder: LedgerFolder): Promise<Ledger> {
  let ledger = await folder.open();
  for (let round = 0; round < 4; round += 1) {
    for (let place = 0; place < 30; place += 1)
      await ledger.commit({
        writes: [put(`k${(round * 13 + place) % 50}`, `round ${round} place ${place} `.repeat(5)), remove(`k${place}`)],
        audit: [audit(`o:${place}`)],
      });
    if (round === 3) break;
    await ledger.close();
    ledger = await folder.open();
  }
  return ledger;
}

async function filesOf(path: string): Promise<{ readonly path: string; readonly size: number }[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => {
      const handle = await open(file);
      const { size } = await handle.stat();
      await handle.close();
      return { path: file, size };
    }),
  );
}

async function flipBit(path: string, offset: number, bit: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8(0) ^ (1 << bit));
  await file.write(byte, 0, 1, offset);
  await file.close();
}

/** `refused` at open, `reported` by verify(), `harmless` when everything acknowledged reads back equal. */
async function outcomeOf(folder: LedgerFolder, expected: Contents): Promise<'refused' | 'reported' | 'harmless'> {
  let ledger: Ledger;
  try {
    ledger = await folder.open();
  } catch (error) {
    if (error instanceof ConcordatError) return 'refused';
    throw error;
  }
  if ((await ledger.verify()).length > 0) return 'reported';
  const found = await contents(ledger);
  return JSON.stringify(found) === JSON.stringify(expected) ? 'harmless' : Promise.reject(new Error('silent'));
}

test('R-02 (ledger) of 200 bit flips in its folder none is silent', async (t) => {
  t.timeout(60_000);
  t.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  const below = (bound: number): number => Buffer.from(random(6)).readUIntBE(0, 6) % bound;
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const ledger = await writeLedger(folder);
  const expected = await contents(ledger);
  const counts = { refused: 0, reported: 0, harmless: 0 };
  const files = (await filesOf(folder.path)).filter(({ size }) => size > 0);
  // Files take turns, so that the short ones (CURRENT, the head file, manifests) are not left out.
  const flips = Array.from({ length: FLIPS }, (_, flip) => {
    const { path = '', size = 1 } = files[flip % files.length] ?? {};
    return { file: relative(folder.path, path), offset: below(size), bit: below(8) };
  });
  const flipOne = async ({ file, offset, bit }: (typeof flips)[number]): Promise<void> => {
    const copy = await folder.copy();
    try {
      await flipBit(join(copy.path, file), offset, bit);
      counts[await outcomeOf(copy, expected)] += 1;
    } catch (error) {
      t.fail(`bit ${bit} of byte ${offset} in ${file}: ${String(error)}`);
    } finally {
      await copy.dispose();
    }
  };
  while (flips.length > 0) await Promise.all(flips.splice(0, AT_ONCE).map(flipOne));
  t.log(JSON.stringify(counts));
  t.true(counts.refused > 50 && counts.harmless > 10, 'the flips reached used and unused bytes');
});
