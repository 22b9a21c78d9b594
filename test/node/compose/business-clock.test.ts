import test from 'ava';
import { openBusinessClock } from '../../../node/compose/business-clock.ts';
import { MemoryLedgerStore, openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { SYSTEM } from '../api/fixture.ts';

const clock = { nowMs: () => 1_000 };

test('in live work decisions are made by the machine’s clock, whatever was fed', async (t) => {
  const ledger = openMemoryLedger();
  const business = await openBusinessClock('live', { ledger, clock, system: SYSTEM });
  await business.reach(5);
  t.is(business.nowMs(), 1_000);
  t.is(ledger.head().sequence, 0);
});

test('in a replay the clock follows what was fed, never goes back, and stands there after a restart', async (t) => {
  const store = new MemoryLedgerStore();
  const deps = { ledger: openMemoryLedger({ store }), clock, system: SYSTEM };
  const business = await openBusinessClock('replay', deps);
  t.is(business.nowMs(), 0);
  await business.reach(700);
  await business.reach(300);
  t.is(business.nowMs(), 700);
  const restarted = await openBusinessClock('replay', { ...deps, ledger: openMemoryLedger({ store }) });
  t.is(restarted.nowMs(), 700);
});
