import test from 'ava';
import { createLog, REDACTED_FACTS } from '../../../config/runtime/log.ts';

function collected(level: 'debug' | 'warn'): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ level, program: 'concordat-node', to: { write: (line) => lines.push(line) } }) };
}

test('a line is JSON with level, UTC time, program, message and facts', (t) => {
  const { lines, log } = collected('debug');
  log.info({ sequence: 7 }, 'committed');
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  t.like(line, { level: 'info', program: 'concordat-node', msg: 'committed', sequence: 7 });
  t.regex(String(line['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('facts of a redacted name never reach a line, at any level', (t) => {
  const { lines, log } = collected('debug');
  const facts = Object.fromEntries(REDACTED_FACTS.map((name) => [name, `canary-${name}`]));
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](facts, 'said');
  t.is(lines.length, 4);
  t.false(lines.join('').includes('canary-'));
});

test('a line break in a fact stays inside its line', (t) => {
  const { lines, log } = collected('debug');
  log.warn({ object: 'alert:1\r\n{"level":"error"}' }, 'odd');
  t.is(lines.length, 1);
  t.is(lines[0]?.trimEnd().split('\n').length, 1);
});

test('lines below the level are not written', (t) => {
  const { lines, log } = collected('warn');
  log.info({}, 'no');
  log.error({}, 'yes');
  t.is(lines.length, 1);
});
