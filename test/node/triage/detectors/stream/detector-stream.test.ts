import test from 'ava';
import { LIMITS } from '../../../../../config/settings/limits.ts';
import { SWEEP_TYPOLOGIES } from '../../../../../config/typologies/sweep.ts';
import { collectHits } from '../../../../../node/triage/detectors/stream/collect-hits.ts';
import { DetectorStream } from '../../../../../node/triage/detectors/stream/detector-stream.ts';
import type { StreamTransfer } from '../../../../../node/triage/detectors/stream/flow.ts';
import { FlowBook } from '../../../../../node/triage/detectors/stream/flow-book.ts';
import type { DetectionHit } from '../../../../../node/triage/detectors/stream/open-hits.ts';
import { FIRST_DAY_MS, plantedStream, transfer } from '../../../../tools/typologies/planted-stream.ts';

const DAY_MS = 86_400_000;

function hitsOf(transfers: readonly StreamTransfer[], typology: string): readonly DetectionHit[] {
  return collectHits(SWEEP_TYPOLOGIES, transfers).filter((hit) => hit.typology === typology);
}

const idsOf = ({ path }: DetectionHit): readonly string[] => path.map(({ transferId }) => transferId);

const ROUND = [
  transfer('r1', 'a', 'b', 1, 90_000),
  transfer('r2', 'b', 'c', 3, 85_000),
  transfer('r3', 'c', 'a', 5, 80_000),
];

test('M-06 (path) a hit shows the transfers that make it, in time, with their ends', (t) => {
  const [hit] = hitsOf(ROUND, 'cycle');
  t.deepEqual(
    hit?.path.map(({ amount, from, to, transferId }) => [transferId, from, to, amount]),
    ROUND.map(({ amount, edgeId, from, to }) => [edgeId, from, to, amount]),
  );
  t.deepEqual(hit?.accounts, ['account:alpha:a', 'account:alpha:b', 'account:alpha:c'] as never);
  t.is(hit?.firstMs, FIRST_DAY_MS + DAY_MS);
  t.is(hit?.lastMs, FIRST_DAY_MS + 5 * DAY_MS);
});

test('a hit is known from when the last of its transfers is known, whichever that is', (t) => {
  const late = ROUND.map((row) => (row.edgeId === 'r2' ? { ...row, knownAtMs: FIRST_DAY_MS + 60 * DAY_MS } : row));
  t.is(hitsOf(late, 'cycle')[0]?.knownAtMs, FIRST_DAY_MS + 60 * DAY_MS);
});

test('a round that runs backwards in time, takes too long or is uneven is no cycle', (t) => {
  t.is(hitsOf(ROUND.map((row, place) => ({ ...row, atMs: -place * DAY_MS })).toReversed(), 'cycle').length, 0);
  const slow = [...ROUND.slice(0, 2), transfer('r3', 'c', 'a', 25, 80_000)];
  t.is(hitsOf(slow, 'cycle').length, 0);
  t.is(hitsOf([...ROUND.slice(0, 2), transfer('r3', 'c', 'a', 5, 800)], 'cycle').length, 0);
});

test('two rounds that share a transfer are two hits, so that each is a path', (t) => {
  const both = [...ROUND, transfer('r4', 'b', 'd', 4), transfer('r5', 'd', 'a', 6)].sort((x, y) => x.atMs - y.atMs);
  t.deepEqual(hitsOf(both, 'cycle').map(idsOf), [
    ['r1', 'r2', 'r3'],
    ['r1', 'r4', 'r5'],
  ]);
});

test('a fan grows under one name while senders come, and a repeated sender is none', (t) => {
  const told: [string, number][] = [];
  const stream = new DetectorStream(SWEEP_TYPOLOGIES, ({ flows, hitId, typology }) => {
    if (typology === 'fan_in') told.push([hitId, flows.size]);
  });
  for (let day = 0; day < 6; day += 1) stream.feed(transfer(`f${day}`, `s${day}`, 'hub', day));
  stream.feed(transfer('again', 's0', 'hub', 6));
  stream.flush();
  t.deepEqual(
    told.map(([, size]) => size),
    [4, 5, 6],
  );
  t.is(new Set(told.map(([hitId]) => hitId)).size, 1);
});

test('M-06 (order) transfers of one day give the same hits in any order of that day', (t) => {
  const { transfers } = plantedStream('order', 60, 2);
  const reversed = transfers.toReversed().sort((one, other) => one.atMs - other.atMs);
  const plain = (rows: readonly StreamTransfer[]): readonly string[] =>
    collectHits(SWEEP_TYPOLOGIES, rows)
      .map((hit) => `${hit.hitId} ${hit.strength} ${idsOf(hit).join()}`)
      .sort();
  t.deepEqual(plain(reversed), plain(transfers));
});

test('a transfer that is fed twice counts once, and one older than the window is refused', (t) => {
  const stream = new DetectorStream(SWEEP_TYPOLOGIES, () => undefined);
  stream.feed(transfer('one', 'a', 'b', 40));
  stream.feed(transfer('one', 'a', 'b', 40));
  stream.flush();
  stream.feed(transfer('old', 'a', 'b', 1));
  stream.flush();
  t.deepEqual(stream.figures, { transfers: 1, accounts: 2, refused: 2 });
});

test('a transfer that comes late completes the pattern that it belongs to', (t) => {
  const found: string[] = [];
  const stream = new DetectorStream(SWEEP_TYPOLOGIES, ({ typology }) => found.push(typology));
  for (const row of [ROUND[0], ROUND[2], transfer('later', 'x', 'y', 8), ROUND[1]])
    if (row !== undefined) stream.feed(row);
  stream.flush();
  t.true(found.includes('cycle'));
});

test('what went through a hub makes no ring', (t) => {
  const crowd = Array.from({ length: LIMITS.detectionHubFlows + 1 }, (_, place) =>
    transfer(`h${place}`, 'b', `p${place}`, 2),
  );
  t.is(hitsOf(ROUND, 'cycle').length, 1);
  t.is(
    hitsOf(
      [ROUND[0], ...crowd, ROUND[1], ROUND[2]].flatMap((row) => row ?? []),
      'cycle',
    ).length,
    0,
  );
});

test('a hit shows so many transfers at most, and tells no more of the same', (t) => {
  const rows = Array.from({ length: LIMITS.detectionHitTransfers + 50 }, (_, place) =>
    transfer(`f${place}`, `s${place}`, 'hub', Math.floor(place / 20)),
  );
  const hits = hitsOf(rows, 'fan_in');
  t.deepEqual(
    hits.map(({ path }) => path.length),
    [LIMITS.detectionHitTransfers],
  );
});

const BOOK = { windowMs: 28 * DAY_MS, lookbackMs: 84 * DAY_MS, mostFlows: 1_000, mostAccounts: 1_000 };

test('of an account the newest transfers are held, and in all no more than the book may', (t) => {
  const many = new FlowBook({ ...BOOK, mostFlows: 10_000, mostAccounts: 10_000 });
  let last = many.add(transfer('first', 'hub', 'r', 0));
  for (let place = 0; place < LIMITS.detectionAccountFlows + 5; place += 1)
    last = many.add(transfer(`f${place}`, 'hub', `r${place}`, 1)) ?? last;
  t.is(last?.from.outgoing.length, LIMITS.detectionAccountFlows);
  t.is(last?.from.outgoing.at(-1), last);
  const few = new FlowBook({ ...BOOK, mostFlows: 10 });
  for (let place = 0; place < 30; place += 1) few.add(transfer(`f${place}`, `a${place}`, `b${place}`, 1));
  t.is(few.flows, 10);
});

test('accounts that have been silent make room, then the longest known', (t) => {
  const book = new FlowBook({ ...BOOK, mostAccounts: 10 });
  for (let place = 0; place < 100; place += 1) book.add(transfer(`f${place}`, `a${place}`, `b${place}`, place % 7));
  t.true(book.accounts <= 10);
});

test('of one account so many counterparties are remembered', (t) => {
  const book = new FlowBook({ ...BOOK, mostFlows: 10_000, mostAccounts: 10_000 });
  const hub = book.add(transfer('first', 'a-hub', 'b', 0))?.from;
  for (let place = 0; place < LIMITS.detectionCounterparties + 9; place += 1)
    book.add(transfer(`f${place}`, 'a-hub', `b${place}`, 1));
  t.is(hub?.pairs.size, LIMITS.detectionCounterparties);
});

test('a counterparty of beyond the look-back is new again', (t) => {
  const book = new FlowBook(BOOK);
  t.is(book.add(transfer('f1', 'a', 'b', 0))?.pair.transfers, 1);
  t.is(book.add(transfer('f2', 'b', 'a', 80))?.pair.transfers, 2);
  t.is(book.add(transfer('f3', 'a', 'b', 165))?.pair.transfers, 1);
});

test('an account that has been silent beyond the look-back is new, not dormant', (t) => {
  const burst = Array.from({ length: 5 }, (_, place) => transfer(`b${place}`, 'sleeper', 'r', 200 + place));
  t.is(hitsOf(burst, 'dormant_then_active').length, 0);
  const sleepers = (before: readonly StreamTransfer[]): number =>
    hitsOf([...before, ...burst], 'dormant_then_active').filter(({ centre }) => centre?.endsWith('sleeper')).length;
  t.is(sleepers([transfer('old', 'sleeper', 'r', 150)]), 1);
  t.is(sleepers([transfer('old', 'sleeper', 'r', 100), transfer('x', 'y', 'z', 195)]), 0);
});

test('a search that meets too many transfers ends with what it has found', (t) => {
  const ways = Array.from({ length: 60 }, (_, place) => String(place).padStart(2, '0'));
  const wide = ways.flatMap((way) => [
    transfer(`a-${way}`, 'home', `n${way}`, 1),
    ...ways.map((dead) => transfer(`b-${way}-${dead}`, `n${way}`, `d${way}-${dead}`, 2)),
  ]);
  const roundBy = (way: string): readonly StreamTransfer[] => [
    ...wide,
    transfer('b-0', `n${way}`, 'last', 2),
    transfer('c', 'last', 'closer', 3),
    transfer('d', 'closer', 'home', 4),
  ];
  t.is(hitsOf(roundBy('00'), 'cycle').length, 1);
  t.is(hitsOf(roundBy('59'), 'cycle').length, 0);
});
