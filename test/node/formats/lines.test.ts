import test from 'ava';
import * as fc from 'fast-check';
import { isMisdecoded, type Line, readLines } from '../../../node/formats/lines.ts';
import { bytesOf } from './bytes.ts';

async function linesOf(text: string | Uint8Array, maximumBytes = 64, chunkBytes = 7): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const some of readLines(bytesOf(text, chunkBytes), maximumBytes)) lines.push(...some);
  return lines;
}

test('lines keep their numbers and lose byte-order mark and carriage return', async (t) => {
  t.deepEqual(await linesOf('\ufeffeins\r\n\nzwei\ndrei'), [
    { number: 1, text: 'eins' },
    { number: 2, text: '' },
    { number: 3, text: 'zwei' },
    { number: 4, text: 'drei' },
  ]);
});

test('a line over the limit is null and the next ones are read', async (t) => {
  const lines = await linesOf(`kurz\n${'x'.repeat(500)}\nkurz\n${'ü'.repeat(33)}\n${'ü'.repeat(32)}\n`);
  t.deepEqual(
    lines.map((line) => line.text),
    ['kurz', null, 'kurz', null, 'ü'.repeat(32)],
  );
});

test('characters cut in two by the end of a chunk are whole', async (t) => {
  t.deepEqual(await linesOf('Łukasz 김정은 😀\n', 64, 1), [{ number: 1, text: 'Łukasz 김정은 😀' }]);
});

test('bytes that are no UTF-8 show', async (t) => {
  const [line] = await linesOf(new Uint8Array([0x41, 0xff, 0x42, 0x0a]));
  t.true(isMisdecoded(line?.text ?? ''));
});

test('any text in any chunks comes back line by line', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), async (text, chunkBytes) => {
      const clean = text.replaceAll(/[\r\ufeff]/gu, '');
      const expected = clean === '' ? [] : clean.replace(/\n$/, '').split('\n');
      const lines = await linesOf(clean, 10_000, chunkBytes);
      return JSON.stringify(lines.map((line) => line.text)) === JSON.stringify(expected);
    }),
  );
  t.pass();
});
