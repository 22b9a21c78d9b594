import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { systemClock } from '../../config/runtime/clock.ts';
import { openLevelLedger } from '../../node/ledger/level/level-ledger.ts';
import { importFile } from '../../node/records/import.ts';
import { sharedPath } from '../tools/shared.ts';
import type { BenchRow } from './bench-row.ts';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const AGENCY = 'northbank';

/** Rows a second from file to durable ledger, beside a parse of the same bytes that keeps nothing. */
export async function run(): Promise<readonly BenchRow[]> {
  const folder = sharedPath('data/federation5/agencies') ?? join(import.meta.dirname, '../demo/federation3/agencies');
  const path = join(folder, AGENCY, 'transfers.csv.gz');
  const directory = await mkdtemp(join(tmpdir(), 'import-bench-'));
  try {
    const anchor = await parseOnly(path);
    const ledger = await openLevelLedger({ directory, clock: systemClock, log: SILENT });
    const startedAt = performance.now();
    const { kept } = await importFile(
      { ledger, clock: systemClock, agency: AGENCY },
      { kind: 'transfers', path },
      { actor: 'bench', nowMs: systemClock.nowMs() },
    );
    const value = (kept / (performance.now() - startedAt)) * 1_000;
    await ledger.close();
    return [
      {
        what: 'import: transfers, file to durable ledger',
        value,
        unit: 'rows/s',
        target: '>= 20,000',
        anchor: { what: 'csv-parse alone', value: anchor },
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function parseOnly(path: string): Promise<number> {
  const startedAt = performance.now();
  const rows: readonly unknown[] = parse(gunzipSync(await readFile(path)), { columns: true });
  return (rows.length / (performance.now() - startedAt)) * 1_000;
}
