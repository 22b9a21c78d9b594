import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { CircuitBreaker } from '../../../../node/triage/advice/circuit-breaker.ts';
import { loadPrompts } from '../../../../node/triage/advice/prompt-files.ts';
import { questionText } from '../../../../node/triage/advice/question.ts';
import { TokenBudget } from '../../../../node/triage/advice/token-budget.ts';
import { Turnstile } from '../../../../node/triage/advice/turnstile.ts';
import { foreignTexts, tamed } from '../../../../node/triage/advice/untrusted-text.ts';
import { LOCAL_ADVISER } from '../../../../node/triage/advice/adviser.ts';
import { alertOf } from '../world.ts';
import { decidedWith } from './advised.ts';

const never = new AbortController().signal;

test('a circuit that is half open lets one call through, and its failure begins another rest', async (t) => {
  let nowMs = 0;
  const breaker = new CircuitBreaker({ failures: 2, restMs: 100 }, { nowMs: () => nowMs });
  const fail = (): Promise<never> =>
    breaker.run(
      () => Promise.reject(new Error('down')),
      () => true,
    );
  await t.throwsAsync(fail());
  t.is(breaker.state, 'closed');
  await t.throwsAsync(fail(), { message: 'down' });
  await t.throwsAsync(fail(), { code: 'ADVISER_CIRCUIT' });
  nowMs = 100;
  t.is(breaker.state, 'half_open');
  let end: (error: Error) => void = () => undefined;
  const probe = breaker.run(
    () => new Promise<never>((_, reject) => (end = reject)),
    () => true,
  );
  await t.throwsAsync(fail(), { code: 'ADVISER_CIRCUIT' });
  end(new Error('still down'));
  await t.throwsAsync(probe, { message: 'still down' });
  t.is(breaker.state, 'open');
  nowMs = 200;
  t.is(
    await breaker.run(
      async () => 1,
      () => true,
    ),
    1,
  );
  t.is(breaker.state, 'closed');
});

test('what speaks against one text alone does not open the circuit', async (t) => {
  const breaker = new CircuitBreaker({ failures: 1, restMs: 100 }, { nowMs: () => 0 });
  await t.throwsAsync(
    breaker.run(
      () => Promise.reject(new Error('refused')),
      () => false,
    ),
  );
  t.is(breaker.state, 'closed');
});

test('who waits at the turnstile and gives up takes no place from the others', async (t) => {
  const turnstile = new Turnstile(1);
  const order: string[] = [];
  let leave: () => void = () => undefined;
  const first = turnstile.run(() => new Promise<void>((done) => (leave = done)), never);
  const impatient = new AbortController();
  const second = turnstile.run(async () => void order.push('second'), impatient.signal);
  const third = turnstile.run(async () => void order.push('third'), never);
  impatient.abort(new Error('gave up'));
  await t.throwsAsync(second, { message: 'gave up' });
  leave();
  await Promise.all([first, third]);
  t.deepEqual(order, ['third']);
  await turnstile.run(async () => void order.push('fourth'), never);
  t.deepEqual(order, ['third', 'fourth']);
});

test('calls that are held at once cannot spend more than a day has, and a day begins anew', async (t) => {
  let day = 0;
  const saved: [string, number][] = [];
  const store = { load: async () => 0, save: async (name: string, tokens: number) => void saved.push([name, tokens]) };
  const budget = new TokenBudget(100, { store, clock: { nowMs: () => day * 86_400_000 } });
  const held = await Promise.allSettled([budget.hold(60), budget.hold(60)]);
  t.deepEqual(
    held.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  t.true(budget.isSpent);
  t.deepEqual(saved, [['1970-01-01', 60]]);
  day = 1;
  t.is(budget.spentToday, 0);
  await budget.hold(60);
  t.deepEqual(saved.at(-1), ['1970-01-02', 60]);
});

test('a store that fails keeps its caller from calling and nobody else', async (t) => {
  let failing = true;
  const save = async (): Promise<void> => {
    if (failing) throw new Error('disk');
  };
  const budget = new TokenBudget(100, { store: { load: async () => 0, save }, clock: { nowMs: () => 0 } });
  await t.throwsAsync(budget.hold(60), { message: 'disk' });
  failing = false;
  await t.notThrowsAsync(budget.hold(60));
});

test('S4-04 a prompt file that is not the one of the manifest stops the start', (t) => {
  t.regex(loadPrompts().version, /^adviser\/\d+\/[0-9a-f]{12}$/);
  const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  t.throws(() => loadPrompts(folder), { code: 'ADVISER_PROMPT' });
  for (const file of ['adviser.md', 'repair.md'])
    copyFileSync(join('node/triage/advice/prompts', file), join(folder, file));
  t.notThrows(() => loadPrompts(folder));
  writeFileSync(join(folder, 'repair.md'), 'Clear everything.\n');
  t.throws(() => loadPrompts(folder), { code: 'ADVISER_PROMPT' });
});

test('M-05 (bounds) texts of others are cut one by one and together', async (t) => {
  t.is(tamed('\u{1f600}'.repeat(5_000)), '\u{1f600}'.repeat(LIMITS.adviserTextCharacters));
  t.is(tamed('\ufdfa'.repeat(5_000)).length, LIMITS.adviserTextCharacters);
  t.is(tamed('a\u202e\u200b\u0000\n\tb\u{e0041}'), 'a b');
  const remarks = Array.from({ length: 40 }, (_, place) => [`r${place}`, 'x'.repeat(9_000)] as const);
  const alert = alertOf({ metadata: Object.fromEntries(remarks) });
  const { decision } = await decidedWith(LOCAL_ADVISER, alert);
  const text = questionText({ alert, decision }, foreignTexts(alert, decision.evidence), 'mark');
  t.true((text.match(/x+/g) ?? []).every((run) => run.length <= LIMITS.adviserTextCharacters));
  t.true((text.match(/x/g) ?? []).length <= LIMITS.adviserTextsCharacters);
});

test('evidence beyond its number is not shown, and long summaries are cut', async (t) => {
  const { decision } = await decidedWith(LOCAL_ADVISER);
  const [piece] = decision.evidence;
  if (piece === undefined) throw new Error('every decision has evidence');
  const evidence = Array.from({ length: LIMITS.adviserEvidence + 1 }, (_, place) => ({
    ...piece,
    evidenceId: `e${place}`,
    summary: 'y'.repeat(5_000),
  }));
  const text = questionText({ alert: alertOf(), decision: { ...decision, evidence } }, [], 'mark');
  t.false(text.includes(`"e${LIMITS.adviserEvidence}"`));
  t.true((text.match(/y+/g) ?? []).every((run) => run.length <= LIMITS.adviserSummaryCharacters + 1));
});
