import test from 'ava';
import { createMetrics } from '../../../config/runtime/metrics.ts';

test('a counter is written with its help, and a label outside its set counts as other', async (t) => {
  const metrics = createMetrics({ process: false });
  const calls = metrics.counter({
    name: 'concordat_calls_total',
    help: 'Calls by outcome.',
    labels: { outcome: ['done', 'refused'] },
  });
  calls.add({ outcome: 'done' });
  calls.add({ outcome: 'made up by a caller' }, 2);
  const text = await metrics.text();
  t.regex(text, /^# HELP concordat_calls_total Calls by outcome\.$/m);
  t.regex(text, /^concordat_calls_total\{outcome="done"\} 1$/m);
  t.regex(text, /^concordat_calls_total\{outcome="other"\} 2$/m);
});

test('a name without prefix, unit or help is refused', (t) => {
  const metrics = createMetrics({ process: false });
  const broken = { code: 'METRICS_NAME' };
  t.like(
    t.throws(() => metrics.counter({ name: 'calls_total', help: 'Calls.', labels: {} })),
    broken,
  );
  t.like(
    t.throws(() => metrics.counter({ name: 'concordat_calls', help: 'Calls.', labels: {} })),
    broken,
  );
  t.like(
    t.throws(() => metrics.gauge({ name: 'concordat_depth', help: ' ', labels: {} })),
    broken,
  );
});

test('a watched gauge is read at each scrape', async (t) => {
  const metrics = createMetrics({ process: false });
  let depth = 1;
  metrics.watch({ name: 'concordat_depth', help: 'Depth.' }, () => depth);
  t.regex(await metrics.text(), /^concordat_depth 1$/m);
  depth = 2;
  t.regex(await metrics.text(), /^concordat_depth 2$/m);
});

test('two sets of metrics in one process share nothing', async (t) => {
  const [one, other] = [createMetrics({ process: true }), createMetrics({ process: true })];
  one.gauge({ name: 'concordat_only_here', help: 'Here.', labels: {} }).set({}, 1);
  t.true((await one.text()).includes('concordat_only_here'));
  t.false((await other.text()).includes('concordat_only_here'));
  t.regex(await one.text(), /^concordat_process_resident_memory_bytes \d/m);
});
