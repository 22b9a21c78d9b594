import { createReadStream, readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { canonicalAlertHash } from '../../../../node/formats/alerts/hash.ts';
import { type AlertLine, readAlertLines } from '../../../../node/formats/alerts/lines.ts';
import { sharedPath } from '../../../tools/shared.ts';
import { bytesOf } from '../bytes.ts';
import { sampleAlert } from './sample.ts';

type Expectation = { agency: string; line: string; kind: string; expected: string; field: string };

/** After the last alert of either set. */
const NOW_MS = Date.UTC(2023, 2, 27);

async function readByPlace(source: AsyncIterable<Uint8Array>): Promise<Map<number, AlertLine>> {
  const byPlace = new Map<number, AlertLine>();
  for await (const line of readAlertLines(source, NOW_MS)) {
    byPlace.set(line.kind === 'alert' ? line.place : line.fault.place, line);
  }
  return byPlace;
}

for (const set of ['federation3', 'federation5']) {
  const root = sharedPath(`data/${set}`);
  const maybe = root === undefined ? test.skip : test;

  maybe(`M-10 (parsing) every awkward alert of ${set} is read or refused as its truth says`, async (t) => {
    const truth = parse<Expectation>(readFileSync(`${root}/truth/awkward.csv`), { columns: true });
    t.true(truth.length > 30);
    for (const agency of new Set(truth.map((row) => row.agency))) {
      const lines = await readByPlace(createReadStream(`${root}/agencies/${agency}/alerts-awkward.jsonl`));
      const expected = truth.filter((row) => row.agency === agency);
      t.is(lines.size, expected.length, 'no line is lost');
      for (const row of expected) checkLine(t, row, lines);
    }
  });

  maybe(`every ordinary alert of ${set} is read`, async (t) => {
    const agencies = parse<{ agency_id: string }>(readFileSync(`${root}/agencies.csv`), { columns: true });
    for (const { agency_id: agency } of agencies) {
      const lines = await readByPlace(createReadStream(`${root}/agencies/${agency}/alerts.jsonl`));
      const faults = [...lines.values()].flatMap((line) => (line.kind === 'fault' ? [line.fault] : []));
      t.deepEqual(faults, [], agency);
    }
  });
}

/** Duplicates parse; that a second one is the same or in conflict shows in its hash, for the intake to decide. */
function checkLine(t: { deepEqual: Function; is: Function }, row: Expectation, lines: Map<number, AlertLine>): void {
  const place = Number(row.line);
  const line = lines.get(place);
  const label = `${row.agency} line ${row.line}: ${row.kind}`;
  const isSecond = row.kind.startsWith('duplicate') && row.expected !== 'accept';
  if (row.expected === 'reject' && !isSecond) {
    t.deepEqual(line?.kind === 'fault' ? line.fault.field : 'accepted', row.field, label);
    return;
  }
  t.is(line?.kind, 'alert', label);
  const first = lines.get(place - 1);
  if (!isSecond || line?.kind !== 'alert' || first?.kind !== 'alert') return;
  t.is(line.alert.alertId, first.alert.alertId, label);
  t.is(canonicalAlertHash(line.alert) === canonicalAlertHash(first.alert), row.expected === 'dedupe', label);
}

test('lines too long, torn, not UTF-8 or not JSON are faults of the whole line, and the rest is read', async (t) => {
  const good = JSON.stringify(sampleAlert());
  const text = `${good}\r\n\r\n{"alert_id":\n[]\n${'x'.repeat(262_145)}\n{"amount":NaN}\n\ufeff${good}\n`;
  const bytes = Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(text)]);
  const lines = await readByPlace(bytesOf(bytes, 10_000));
  t.deepEqual(
    [...lines.values()].map((line) => (line.kind === 'alert' ? 'alert' : `${line.fault.field} ${line.fault.code}`)),
    ['$ encoding', 'alert', '$ json', '$ format', '$ too_long', '$ json', 'alert'],
  );
});

test('an alert whose nesting would exhaust a naive parser is refused', async (t) => {
  const deep = JSON.stringify(sampleAlert()).replace(
    '"metadata":{',
    `"metadata":{"d":${'['.repeat(50_000)}${']'.repeat(50_000)},`,
  );
  const lines = await readByPlace(bytesOf(deep, 10_000));
  const [line] = lines.values();
  t.deepEqual(line, { kind: 'fault', fault: { place: 1, field: 'metadata', code: 'too_long' } });
});
