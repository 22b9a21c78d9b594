import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { SWEEP_TYPOLOGIES } from '../../../../config/typologies/sweep.ts';
import { runDetectors } from '../../../../node/triage/detectors/run-detectors.ts';
import { FIRST_DAY_MS, transfer } from '../../../tools/typologies/planted-stream.ts';
import { VIEWER } from '../world.ts';
import { fakeTransfers } from './fake-transfers.ts';

const DAY_MS = 86_400_000;
const day = (count: number): number => FIRST_DAY_MS + count * DAY_MS;
const ALL = { fromMs: -Infinity, toMs: Infinity, asOfMs: Infinity };
const GOING = new AbortController().signal;

const ROUND = [
  transfer('r3', 'c', 'a', 45, 80_000),
  transfer('r1', 'a', 'b', 41, 90_000),
  transfer('r2', 'b', 'c', 43, 85_000),
];

test('M-06 (batch) a run over records in no order finds what a stream of them finds', async (t) => {
  const { hits, leftOut, transfers } = await runDetectors(fakeTransfers(ROUND), SWEEP_TYPOLOGIES, ALL, VIEWER, GOING);
  t.is(transfers, 3);
  t.is(leftOut, 0);
  const cycle = hits.find(({ typology }) => typology === 'cycle');
  t.deepEqual(
    cycle?.path.map(({ transferId }) => transferId),
    ['r1', 'r2', 'r3'],
  );
});

test('M-06 (batch) a run as of a time sees nothing that became known later', async (t) => {
  const found = async (asOfMs: number): Promise<number> => {
    const { hits } = await runDetectors(fakeTransfers(ROUND), SWEEP_TYPOLOGIES, { ...ALL, asOfMs }, VIEWER, GOING);
    return hits.filter(({ typology }) => typology === 'cycle').length;
  };
  t.is(await found(day(46) - 1), 0);
  t.is(await found(day(46)), 1);
});

test('a hit is of a range when it has a transfer there, and who was known before is not new in it', async (t) => {
  const run = (fromMs: number, toMs: number, rows = ROUND) =>
    runDetectors(fakeTransfers(rows), SWEEP_TYPOLOGIES, { ...ALL, fromMs, toMs }, VIEWER, GOING);
  t.is((await run(day(44), day(50))).hits.filter(({ typology }) => typology === 'cycle').length, 1);
  t.is((await run(day(44), day(50))).transfers, 1);
  t.is((await run(day(46), day(50))).hits.length, 0);
  t.is((await run(day(40), day(45))).hits.filter(({ typology }) => typology === 'cycle').length, 0);
  const senders = Array.from({ length: 6 }, (_, place) =>
    transfer(`s${place}`, `s${place}`, 'hub', 45, 9_000 + 1_000 * place),
  );
  const before = senders.map((row, place) =>
    transfer(`b${place}`, row.from.split(':')[2] ?? '', 'hub', 10, 9_000 + 1_000 * place),
  );
  const fans = async (rows: typeof senders): Promise<number> =>
    (await run(day(44), day(50), rows)).hits.filter(({ typology }) => typology === 'fan_in').length;
  t.is(await fans(senders), 1);
  t.is(await fans([...senders, ...before]), 0);
});

test('a run that is stopped ends with the reason', async (t) => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  const source = fakeTransfers(ROUND);
  await t.throwsAsync(runDetectors(source, SWEEP_TYPOLOGIES, ALL, VIEWER, stopped), { message: 'stopped' });
});

test('a range with more transfers than one run takes is refused', async (t) => {
  const one = transfer('one', 'a', 'b', 1);
  const endless = {
    all: async function* all() {
      for (let count = 0; count <= LIMITS.detectionTransfers; count += 1) yield one;
    },
  };
  await t.throwsAsync(runDetectors(endless, SWEEP_TYPOLOGIES, ALL, VIEWER, GOING), { code: 'TRIAGE_DETECTION_RANGE' });
});
