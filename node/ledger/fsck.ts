import type { Ledger, LedgerFault } from './ledger.ts';

export type FsckReport = { readonly healthy: boolean; readonly lines: readonly string[] };

const ADVICE = 'restore the latest backup, then fetch from peers what is newer';

/** Re-reads a ledger and says line by line what was found; no line holds a key or value. */
export async function fsckLedger(ledger: Pick<Ledger, 'verify' | 'head'>): Promise<FsckReport> {
  const faults = await ledger.verify();
  const { sequence } = ledger.head();
  const healthy = faults.length === 0;
  if (healthy) return { healthy, lines: [`ledger: ${sequence} commits and all values verified`] };
  const verdict = `ledger: ${faults.length} faults in ${sequence} commits; ${ADVICE}`;
  return { healthy, lines: [...faults.map(faultLine), verdict] };
}

/** One fault as one line of text. */
export function faultLine({ sequence, space, problem }: LedgerFault): string {
  const place = [sequence === null ? undefined : `commit ${sequence}`, space === null ? undefined : `space ${space}`];
  return ['ledger', ...place.filter((part) => part !== undefined), problem].join(': ');
}
