import test from 'ava';
import { OutcomeBook } from '../../../../node/triage/outcomes/outcome-book.ts';
import { DECISIONS } from '../../../../node/triage/store.ts';
import type { Decision } from '../../../../proto/domain/decision.ts';
import { type AlertId, asId } from '../../../../proto/domain/ids.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { VIEWER } from '../world.ts';

const ALERT: AlertId = asId('a-1');
const OTHER: AlertId = asId('a-2');

async function opened() {
  const ledger = openMemoryLedger();
  const time = { nowMs: 1_000 };
  const clock = { nowMs: () => time.nowMs };
  const book = new OutcomeBook({ ledger, viewer: VIEWER, clock, businessTime: clock });
  // Of a decision the book looks at nothing but that it is there.
  for (const alertId of [ALERT, OTHER])
    await ledger.commit({
      writes: [DECISIONS.put({ alertId, ordinal: 1 } as unknown as Decision)],
      audit: [],
    });
  return { ledger, book, time };
}

const word = (outcome: 'TRUE_POSITIVE' | 'FALSE_POSITIVE', note: string | null = null) => ({
  alertId: ALERT,
  outcome,
  note,
});

test('M-08 a later outcome replaces an earlier one, which stays with its person and time', async (t) => {
  const { book, time } = await opened();
  await book.enter(word('FALSE_POSITIVE', 'salary'), 'Ann');
  time.nowMs = 2_000;
  await book.enter(word('TRUE_POSITIVE', 'mule'), 'Bob');
  t.like(await book.latest(ALERT, VIEWER), { ordinal: 2, outcome: 'TRUE_POSITIVE', person: 'Bob', knownAtMs: 2_000 });
  t.deepEqual(
    (await book.of(ALERT, VIEWER)).map(({ note, person }) => [person, note]),
    [
      ['Ann', 'salary'],
      ['Bob', 'mule'],
    ],
  );
});

test('M-08 what stood at a time is what had been entered by then', async (t) => {
  const { book, time } = await opened();
  await book.enter(word('FALSE_POSITIVE'), 'Ann');
  await book.enter({ ...word('FALSE_POSITIVE'), alertId: OTHER }, 'Ann');
  time.nowMs = 2_000;
  await book.enter(word('TRUE_POSITIVE'), 'Ann');
  const standing = async (asOfMs: number, after?: string) => {
    const found: string[] = [];
    for await (const { alertId, outcome } of book.standing(asOfMs, after, VIEWER)) found.push(`${alertId} ${outcome}`);
    return found;
  };
  t.deepEqual(await standing(999), []);
  t.deepEqual(await standing(1_500), ['a-1 FALSE_POSITIVE', 'a-2 FALSE_POSITIVE']);
  t.deepEqual(await standing(2_000), ['a-1 TRUE_POSITIVE', 'a-2 FALSE_POSITIVE']);
  t.deepEqual(await standing(2_000, 'a-1'), ['a-2 FALSE_POSITIVE']);
});

test('the same word of the same person again writes nothing, and that of another person counts', async (t) => {
  const { book, ledger } = await opened();
  const first = await book.enter(word('TRUE_POSITIVE'), 'Ann');
  const { sequence } = ledger.head();
  t.deepEqual(await book.enter(word('TRUE_POSITIVE'), 'Ann'), first);
  t.is(ledger.head().sequence, sequence);
  t.is((await book.enter(word('TRUE_POSITIVE'), 'Bob')).ordinal, 2);
});

test('two outcomes on one alert at the same moment are both kept', async (t) => {
  const { book } = await opened();
  await Promise.all([book.enter(word('TRUE_POSITIVE'), 'Ann'), book.enter(word('FALSE_POSITIVE'), 'Bob')]);
  t.deepEqual(
    (await book.of(ALERT, VIEWER)).map(({ ordinal }) => ordinal),
    [1, 2],
  );
});

test('an outcome on an alert that is not decided here is refused, and the trail says who entered the others', async (t) => {
  const { book, ledger } = await opened();
  await t.throwsAsync(book.enter({ ...word('TRUE_POSITIVE'), alertId: asId('a-9') }, 'Ann'), {
    code: 'TRIAGE_UNKNOWN',
  });
  await book.enter(word('TRUE_POSITIVE', 'a name that stays out of the trail'), 'Ann');
  const entries: unknown[] = [];
  for await (const { audit } of ledger.commits(1)) entries.push(...audit);
  t.is(entries.length, 1);
  t.like(entries[0], { actor: 'Ann', action: 'outcome.entered', object: 'alert:a-1' });
  t.false(JSON.stringify(entries).includes('a name'));
});
