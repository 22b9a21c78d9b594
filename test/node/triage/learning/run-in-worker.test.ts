import test from 'ava';
import { trainAndCompare } from '../../../../node/triage/learning/learning-job.ts';
import { runInWorker } from '../../../../node/triage/learning/run-in-worker.ts';
import { guideScorer } from '../../../../node/triage/models/guide.ts';
import { rowsOf } from './rows.ts';

const JOB = {
  kind: 'train',
  rows: rowsOf(200),
  parent: guideScorer(),
  holdBack: 0.2,
  options: { name: 'alpha', version: '1', missRate: 0.01 },
} as const;

test('M-08 a thread of its own trains what the same call trains here, and this one stays free', async (t) => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const trained = await runInWorker(JOB, new AbortController().signal).finally(() => clearInterval(timer));
  t.deepEqual(trained, trainAndCompare(JOB));
  t.true(turns > 1);
  t.is(trained.artefact.training.rows, 160);
  t.is(trained.comparison?.rows, 40);
});

test('M-08 a refusal of the thread is a refusal here, with its numbers', async (t) => {
  const error = await t.throwsAsync(runInWorker({ ...JOB, rows: rowsOf(10) }, new AbortController().signal), {
    code: 'TRIAGE_MODEL_ROWS',
  });
  t.like(error, { detail: { least: 8 } });
});

test('a thread is ended when its job is', async (t) => {
  const stop = new AbortController();
  const running = runInWorker({ ...JOB, rows: rowsOf(2_000) }, stop.signal);
  stop.abort(new Error('stopping'));
  await t.throwsAsync(running, { message: 'stopping' });
  await t.throwsAsync(runInWorker(JOB, stop.signal), { message: 'stopping' });
});
