import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { systemClock } from '../../config/runtime/clock.ts';
import type { LedgerWrite } from '../../node/ledger/ledger.ts';
import { openLevelLedger } from '../../node/ledger/level/level-ledger.ts';
import { audit, OPEN } from '../conformance/ledger-fixtures.ts';
import type { BenchRow } from './bench-row.ts';

const WRITERS = 64;
const COMMITS = 30_000;
const UNITS = 60;
const UNIT_WRITES = 2_000;
const VALUE = new Uint8Array(Buffer.alloc(250, 'a record as JSON is about so long. '));
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Runs `once` as often as said from as many writers as said. Returns runs a second. */
async function rate(runs: number, writers: number, once: (run: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (next < runs) {
        const run = next;
        next += 1;
        await once(run);
      }
    }),
  );
  return (runs / (performance.now() - startedAt)) * 1_000;
}

async function measureLedger(directory: string): Promise<{ readonly commits: number; readonly writes: number }> {
  const ledger = await openLevelLedger({ directory, clock: systemClock, log: SILENT });
  const write = (space: LedgerWrite['space'], key: string): LedgerWrite => ({
    space,
    key,
    value: VALUE,
    marking: OPEN,
  });
  const commits = await rate(COMMITS, WRITERS, (run) =>
    ledger.commit({ writes: [write('alert', `a${run}`)], audit: [audit(`alert:a${run}`)] }),
  );
  const units = await rate(UNITS, 1, (run) =>
    ledger.commit({
      writes: Array.from({ length: UNIT_WRITES }, (_, place) => write('transfer', `t${run}/${place}`)),
      audit: [audit('import:1')],
    }),
  );
  await ledger.close();
  return { commits, writes: units * UNIT_WRITES };
}

/** The anchor: level alone, each writer's value in a synced batch of its own, and 2,000 values in one. */
async function measureLevel(directory: string): Promise<{ readonly commits: number; readonly writes: number }> {
  const level = new Level<string, Uint8Array>(directory, { valueEncoding: 'view' });
  await level.open();
  const put = (key: string) => ({ type: 'put', key, value: VALUE }) as const;
  const commits = await rate(COMMITS, WRITERS, (run) => level.batch([put(`a${run}`)], { sync: true }));
  const units = await rate(UNITS, 1, (run) =>
    level.batch(
      Array.from({ length: UNIT_WRITES }, (_, place) => put(`t${run}/${place}`)),
      { sync: true },
    ),
  );
  await level.close();
  return { commits, writes: units * UNIT_WRITES };
}

/** Durable commits a second at 64 writers, and writes a second in units of 2,000, beside level's own synced batches. */
export async function run(): Promise<readonly BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ledger-bench-'));
  try {
    const level = await measureLevel(join(directory, 'anchor'));
    const ledger = await measureLedger(join(directory, 'ledger'));
    const anchor = (value: number): BenchRow['anchor'] => ({ what: 'level alone, synced', value });
    return [
      {
        what: `ledger: durable commits, ${WRITERS} writers`,
        value: ledger.commits,
        unit: '/s',
        target: '>= 5,000',
        anchor: anchor(level.commits),
      },
      {
        what: `ledger: writes in units of ${UNIT_WRITES}`,
        value: ledger.writes,
        unit: '/s',
        target: null,
        anchor: anchor(level.writes),
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
