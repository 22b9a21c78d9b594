import test from 'ava';
import * as fc from 'fast-check';
import { canonicalAlertHash } from '../../../../node/formats/alerts/hash.ts';
import { parseAlert, parseAlertCounting } from '../../../../node/formats/alerts/parse.ts';
import { alertJsonSchema } from '../../../../node/formats/alerts/schema.ts';
import { ConcordatError, isRefusal } from '../../../../proto/domain/errors.ts';
import { sampleAlert } from './sample.ts';

const NOW_MS = Date.UTC(2023, 1, 2);

/** The sample with one field, named by path, replaced; undefined removes it. */
function withField(path: string, value: unknown): Record<string, unknown> {
  const alert = sampleAlert();
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let target: Record<string, unknown> = alert;
  for (const step of steps) target = target[step] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(target, last);
  else target[last] = value;
  return alert;
}

function refusalOf(value: unknown, unknownFields?: 'drop' | 'refuse'): Readonly<Record<string, unknown>> {
  try {
    parseAlert(value, NOW_MS, unknownFields);
  } catch (error) {
    if (isRefusal(error, 'ALERT_INVALID')) return error.detail;
    throw error;
  }
  return { field: 'accepted' };
}

test('a complete alert is read into the domain', (t) => {
  const alert = parseAlert(sampleAlert(), NOW_MS);
  t.is(alert.raisedAtMs, Date.UTC(2023, 1, 1, 10));
  t.is(alert.transactions?.amountMinor, 9_007_199_254_740_991n);
  t.is(alert.account?.openingBalanceMinor, -5n);
  t.is(alert.matches[0]?.listId, 'L-1');
  t.deepEqual(alert.metadata, { source_system: 'TM', nested: { list: [1, 'two'] } });
});

test('an alert with only what is required is read, the rest is null or empty', (t) => {
  const { alert_id, alert_type, priority, raised_at } = sampleAlert();
  const customer_data = { customer_id: 'C-1', name: 'Anna', entity_type: 'INDIVIDUAL' };
  const alert = parseAlert({ alert_id, alert_type, priority, raised_at, customer_data }, NOW_MS);
  t.deepEqual(
    [alert.transactions, alert.account, alert.jurisdiction, alert.customer.dateOfBirth],
    [null, null, null, null],
  );
  t.deepEqual([alert.matches, alert.customer.addresses, alert.metadata], [[], [], {}]);
});

const REFUSED: readonly (readonly [string, unknown, string?])[] = [
  ['alert_id', undefined, 'missing'],
  ['alert_id', 'a/b', 'format'],
  ['alert_id', 'x'.repeat(129), 'format'],
  ['alert_id', 'ü'.repeat(65), 'format'],
  ['alert_id', 'a\u200bb', 'format'],
  ['priority', 'high', 'choice'],
  ['raised_at', '2023-02-03T10:00:00Z', 'range'],
  ['raised_at', '2023-02-30T10:00:00Z', 'date'],
  ['customer_data.name', ' \u200b ', 'missing'],
  ['customer_data.customer_id', 123, 'format'],
  ['customer_data.dob', '2071-01-01', 'range'],
  ['customer_data.dob', '31/02/1980', 'date'],
  ['transaction_data.amount_minor', 'NaN'],
  ['transaction_data.amount_minor', Number.NaN],
  ['transaction_data.amount_minor', -1],
  ['transaction_data.amount_minor', 0.5],
  ['transaction_data.amount_minor', 9_007_199_254_740_992],
  ['transaction_data.currency', 'eur'],
  ['transaction_data.window_end', '2023-01-01', 'range'],
  ['screening_results.match_details', Array.from({ length: 1_001 }, () => ({}))],
  ['metadata', { text: 'x'.repeat(10_241) }],
  ['metadata', { list: Array.from({ length: 1_001 }, () => 0) }],
];

for (const [field, value, code] of REFUSED) {
  test(`a bad ${field} is refused with its name: ${JSON.stringify(value)?.slice(0, 30) ?? 'absent'}`, (t) => {
    const detail = refusalOf(withField(field, value));
    // A list that is too long may be reported at its first item.
    t.true(String(detail['field']).startsWith(field), String(detail['field']));
    if (code !== undefined) t.is(detail['code'], code);
  });
}

test('the path of a field in a list has its index', (t) => {
  const alert = sampleAlert();
  const [match] = (alert['screening_results'] as { match_details: Record<string, unknown>[] }).match_details;
  if (match !== undefined) match['match_score'] = 1.01;
  t.is(refusalOf(alert)['field'], 'screening_results.match_details[0].match_score');
});

test('what is no object is refused as a whole', (t) => {
  for (const value of [[], null, 'text', 1, undefined]) t.is(refusalOf(value)['field'], '$');
});

test('a date of birth shortly after the alert is a slip and counts as unknown', (t) => {
  t.is(parseAlert(withField('customer_data.dob', '2030-10-16'), NOW_MS).customer.dateOfBirth, null);
});

test('metadata nested deeper than the limit is refused', (t) => {
  const nest = (depth: number): unknown => (depth === 0 ? 'end' : [nest(depth - 1)]);
  t.is(refusalOf(withField('metadata', { d: nest(7) }))['field'], 'accepted');
  t.deepEqual(refusalOf(withField('metadata', { d: nest(8) })), { field: 'metadata', code: 'too_long' });
});

test('unknown fields are dropped and counted by an import, and refused on request', (t) => {
  const alert = sampleAlert();
  alert['extra'] = 1;
  (alert['customer_data'] as Record<string, unknown>)['vip'] = true;
  const parsed = parseAlertCounting(alert, NOW_MS);
  t.is(parsed.unknownFields, 2);
  t.is(canonicalAlertHash(parsed.alert), canonicalAlertHash(parseAlert(sampleAlert(), NOW_MS)));
  t.is(refusalOf(alert, 'refuse')['code'], 'invalid');
});

test('keys that reach for a prototype harm nothing', (t) => {
  const text = JSON.stringify(sampleAlert()).replace(
    '"metadata":{',
    '"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"metadata":{"__proto__":{"admin":true},',
  );
  const alert = parseAlert(JSON.parse(text), NOW_MS);
  t.is(Reflect.get({}, 'admin'), undefined);
  t.is(Reflect.get(alert, 'admin'), undefined);
  t.is(Reflect.get(alert.metadata, 'admin'), undefined);
  t.deepEqual(Object.keys(alert.metadata), ['source_system', 'nested']);
});

test('a refusal repeats nothing of the input but names of the schema', (t) => {
  const error = t.throws(() => parseAlert(withField('priority', 'Geheimnis'), NOW_MS), { instanceOf: ConcordatError });
  t.false(JSON.stringify([error?.message, error?.detail, String(error?.cause)]).includes('Geheimnis'));
});

test('the same content in another order of fields has the same hash, other content another', (t) => {
  const reversed = Object.fromEntries(Object.entries(sampleAlert()).reverse());
  const hash = canonicalAlertHash(parseAlert(sampleAlert(), NOW_MS));
  t.is(canonicalAlertHash(parseAlert(reversed, NOW_MS)), hash);
  t.not(canonicalAlertHash(parseAlert(withField('transaction_data.in_minor', 5), NOW_MS)), hash);
});

test('the JSON schema says what is required and closes every object', (t) => {
  const schema = alertJsonSchema();
  t.deepEqual(schema['required'], ['alert_id', 'alert_type', 'priority', 'customer_data', 'raised_at']);
  t.is(schema['additionalProperties'], false);
});

test('no JSON value makes the parser fail other than by its own refusal', (t) => {
  const keys = Object.keys(sampleAlert());
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      const detail = refusalOf({ ...sampleAlert(), [key]: value });
      return detail['field'] === 'accepted' || typeof detail['code'] === 'string';
    }),
  );
  fc.assert(fc.property(fc.jsonValue(), (value) => refusalOf(value)['field'] !== 'accepted'));
  t.pass();
});
