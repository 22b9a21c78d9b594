import test from 'ava';
import { auditEntry } from '../../../node/ledger/audit-entry.ts';

const FACTS = { atMs: 5, actor: 'ann', action: 'alert.read', object: 'alert:1' };

test('an entry keeps the hashes of input and output, not the bytes', (t) => {
  const entry = auditEntry({ ...FACTS, input: Buffer.from('abc'), output: new Uint8Array(0) });
  t.is(entry.inputHash, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  t.is(entry.outputHash, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('what is not said is null, and the outcome is done', (t) => {
  t.deepEqual(auditEntry(FACTS), {
    ...FACTS,
    outcome: 'done',
    code: null,
    inputHash: null,
    outputHash: null,
    versions: {},
  });
  t.is(auditEntry({ ...FACTS, outcome: 'refused', code: 'X', versions: { policy: '3' } }).code, 'X');
});
