import test from 'ava';
import * as fc from 'fast-check';
import { deltaOf, diffEntries, fieldsChanged, inEntryOrder } from '../../../../node/records/lists/delta.ts';
import { listEntry } from '../../screening/entries.ts';

test('two versions differ in exactly what one has and the other has not, or says otherwise, in the order of ids', async (t) => {
  const version = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'é', '\u{1f600}', '\uffee', 'z'),
    fc.constantFrom('x', 'y'),
  );
  await fc.assert(
    fc.asyncProperty(version, version, async (before, after) => {
      const entries = (given: Record<string, string>) =>
        inEntryOrder(Object.entries(given).map(([id, name]) => listEntry(id, name)));
      const found = await deltaOf(diffEntries(entries(before), entries(after)));
      const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
      const expected = (test: (id: string) => boolean): string[] =>
        ids.filter(test).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      t.deepEqual(found, {
        added: expected((id) => !(id in before)),
        removed: expected((id) => !(id in after)),
        changed: expected((id) => id in before && id in after && before[id] !== after[id]),
      });
    }),
  );
});

test('what changed is named field by field, whatever the version', (t) => {
  const before = listEntry('1', 'Anna');
  const after = listEntry('1', 'Anne', { listVersion: '2', aliases: ['A'], vehicle: 'VESSEL', identifiers: ['7'] });
  t.deepEqual(fieldsChanged(before, after), ['name', 'aliases', 'entity_type', 'identifiers']);
  t.deepEqual(fieldsChanged(before, { ...before, listVersion: '2' }), []);
});
