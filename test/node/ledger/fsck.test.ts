import test from 'ava';
import { faultLine, fsckLedger } from '../../../node/ledger/fsck.ts';
import type { LedgerFault } from '../../../node/ledger/ledger.ts';

const head = () => ({ sequence: 7, hash: new Uint8Array(32) });

test('a sound ledger is reported in one line', async (t) => {
  const report = await fsckLedger({ verify: async () => [], head });
  t.deepEqual(report, { healthy: true, lines: ['ledger: 7 commits and all values verified'] });
});

test('each fault is a line with its commit and space, then what to do', async (t) => {
  const faults: LedgerFault[] = [
    { sequence: 3, space: 'alert', problem: 'a value is missing' },
    { sequence: null, space: null, problem: 'a key of no table is stored' },
  ];
  const { healthy, lines } = await fsckLedger({ verify: async () => faults, head });
  t.false(healthy);
  t.deepEqual(lines.slice(0, 2), [
    'ledger: commit 3: space alert: a value is missing',
    'ledger: a key of no table is stored',
  ]);
  t.regex(lines[2] ?? '', /2 faults in 7 commits; restore/);
  t.is(faultLine({ sequence: 1, space: null, problem: 'x' }), 'ledger: commit 1: x');
});
