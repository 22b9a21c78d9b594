import { join } from 'node:path';
import { AgencyNode } from '../tools/federation/agency-node.ts';
import { Workspace } from '../tools/federation/workspace.ts';
import { sharedPath } from '../tools/shared.ts';
import type { BenchRow } from './bench-row.ts';

const AGENCY = 'northbank';
const RECORDS = ['customers.csv', 'accounts.csv', 'transfers.csv.gz', 'cash.csv.gz'] as const;

/** Alerts a second from file to durable decision on a running node, and the import beside it. */
export async function run(): Promise<readonly BenchRow[]> {
  const set = sharedPath('data/federation5') ?? join(import.meta.dirname, '../demo/federation3');
  const workspace = Workspace.create();
  try {
    const node = await AgencyNode.init(workspace, AGENCY);
    await node.start();
    const folder = join(set, 'agencies', AGENCY);
    const rows = await timed(() => node.json(['import', ...RECORDS.map((file) => join(folder, file))]));
    await node.json(['import', join(set, 'watchlists')]);
    const alerts = await timed(() => node.json(['import', join(folder, 'alerts.jsonl')]));
    const kept = (answer: unknown): number => reports(answer).reduce((sum, report) => sum + report.kept, 0);
    const anchor = { what: 'records imported in the same run', value: kept(rows.answer) / rows.seconds };
    return [
      {
        what: 'node: alerts to durable decisions',
        value: kept(alerts.answer) / alerts.seconds,
        unit: '/s',
        target: '>= 300',
        anchor,
      },
      {
        what: 'node: records imported and projected',
        value: kept(rows.answer) / rows.seconds,
        unit: 'rows/s',
        target: null,
        anchor: null,
      },
    ];
  } finally {
    await workspace.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<{ readonly answer: unknown; readonly seconds: number }> {
  const startedAt = performance.now();
  const answer = await work();
  return { answer, seconds: (performance.now() - startedAt) / 1_000 };
}

function reports(answer: unknown): readonly { readonly kept: number }[] {
  return (answer as { readonly reports: readonly { readonly kept: number }[] }).reports;
}
