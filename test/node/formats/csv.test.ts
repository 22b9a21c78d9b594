import test from 'ava';
import * as fc from 'fast-check';
import { LIMITS } from '../../../config/settings/limits.ts';
import { type CsvRecord, readCsv } from '../../../node/formats/csv.ts';
import type { RecordFault } from '../../../node/formats/faults.ts';
import { bytesOf } from './bytes.ts';

type Read = { records: CsvRecord[]; faults: RecordFault[] };

async function readAll(text: string | Uint8Array, width?: number): Promise<Read> {
  const read: Read = { records: [], faults: [] };
  for await (const block of readCsv(bytesOf(text, 50_000), width)) {
    read.records.push(...block.records);
    read.faults.push(...block.faults);
  }
  return read;
}

test('quoted cells may hold commas, quotes and line ends', async (t) => {
  const { records, faults } = await readAll('a,b\n"1,5","say ""so"""\n"two\nlines",x\n\n3,4\n');
  t.deepEqual(records, [
    { place: 1, cells: ['a', 'b'] },
    { place: 2, cells: ['1,5', 'say "so"'] },
    { place: 3, cells: ['two\nlines', 'x'] },
    { place: 6, cells: ['3', '4'] },
  ]);
  t.deepEqual(faults, []);
});

test('a row with too many or too few cells is a fault with its line', async (t) => {
  const { records, faults } = await readAll('a,b\n1\n2,3\n4,5,6\n');
  t.deepEqual(records.slice(1), [{ place: 3, cells: ['2', '3'] }]);
  t.deepEqual(faults, [
    { place: 2, field: '$', code: 'columns' },
    { place: 4, field: '$', code: 'columns' },
  ]);
});

test('a quote that never ends costs its own row only', async (t) => {
  const { records, faults } = await readAll(`a,b\n1,"2\n${'3,4\n'.repeat(100)}5,6\n`);
  t.is(records.length, 102);
  t.deepEqual(records[1], { place: 3, cells: ['3', '4'] });
  t.deepEqual(faults, [{ place: 2, field: '$', code: 'quotes' }]);
});

test('a stray quote does not take the rows up to the next quote with it', async (t) => {
  const { records, faults } = await readAll('a,b\n1,"2\n3,4\n5,6\n"x",7\n8,9\n10,"11\n');
  t.deepEqual(
    records.map((record) => record.place),
    [1, 3, 4, 5, 6],
  );
  t.deepEqual(faults, [
    { place: 2, field: '$', code: 'quotes' },
    { place: 7, field: '$', code: 'quotes' },
  ]);
});

test('text after a closing quote is a fault', async (t) => {
  const { records, faults } = await readAll('a,b\n1,"2"3\n4,5\n');
  t.deepEqual(faults, [{ place: 2, field: '$', code: 'quotes' }]);
  t.deepEqual(records[1], { place: 3, cells: ['4', '5'] });
});

test('a row over the limit is a fault and the next one is read', async (t) => {
  const { records, faults } = await readAll(`a,b\n1,${'x'.repeat(LIMITS.csvRowBytes)}\n2,3\n`);
  t.deepEqual(faults, [{ place: 2, field: '$', code: 'too_long' }]);
  t.deepEqual(records[1], { place: 3, cells: ['2', '3'] });
});

test('bytes that are no UTF-8 cost their row only', async (t) => {
  const bytes = Buffer.concat([Buffer.from('a,b\n1,M'), Buffer.from([0xfc]), Buffer.from('ller\n2,3\n')]);
  const { records, faults } = await readAll(bytes);
  t.deepEqual(faults, [{ place: 2, field: '$', code: 'encoding' }]);
  t.is(records.length, 2);
});

test('a lone Ctrl-Z at the end is no record', async (t) => {
  t.deepEqual(await readAll('1,2\r\n\x1a', 2), { records: [{ place: 1, cells: ['1', '2'] }], faults: [] });
});

test('whatever is written by the rules is read back', async (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ß', '"', ',', '\n', ' ', '김') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), async (rows) => {
      const text = rows.map((row) => `${row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\n`).join('');
      const { records, faults } = await readAll(text);
      return faults.length === 0 && JSON.stringify(records.map((record) => record.cells)) === JSON.stringify(rows);
    }),
  );
  t.pass();
});

test('no text at all makes the reader throw, and nothing is lost in silence', async (t) => {
  const piece = fc.constantFrom('"', ',', '\n', '\r\n', 'x', '""', '","', '1,2,3\n');
  await fc.assert(
    fc.asyncProperty(fc.array(piece), async (pieces) => {
      const text = `a,b,c\n${pieces.join('')}`;
      const { records, faults } = await readAll(text);
      const places = new Set([...records, ...faults].map((item) => item.place));
      return places.has(1) && places.size === records.length + faults.length;
    }),
  );
  t.pass();
});
