import test from 'ava';
import * as fc from 'fast-check';
import { newestFirst, oldestFirst } from '../../../node/graph/edge-order.ts';

test('edges of one time are in the order of the UTF-8 bytes of their ids', (t) => {
  const letters = fc.constantFrom('a', 'b', '\u00e9', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}');
  const id = fc.array(letters, { maxLength: 4 }).map((all) => all.join(''));
  fc.assert(
    fc.property(id, id, (one, other) => {
      const bytewise = Buffer.compare(Buffer.from(one), Buffer.from(other));
      for (const order of [newestFirst, oldestFirst]) {
        const found = order({ occurredAtMs: 1, edgeId: one }, { occurredAtMs: 1, edgeId: other });
        if (Math.sign(found) !== bytewise) return false;
      }
      return true;
    }),
  );
  t.true(newestFirst({ occurredAtMs: 2, edgeId: 'b' }, { occurredAtMs: 1, edgeId: 'a' }) < 0);
  t.true(oldestFirst({ occurredAtMs: 2, edgeId: 'a' }, { occurredAtMs: 1, edgeId: 'b' }) > 0);
});
