import test from 'ava';
import * as fc from 'fast-check';
import { decodeCommit, encodeCommit } from '../../../node/ledger/commit-codec.ts';
import { LEDGER_SPACES, type Commit, type LedgerSpace } from '../../../node/ledger/ledger.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { audit } from '../../conformance/ledger-fixtures.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const commits: fc.Arbitrary<Omit<Commit, 'hash'>> = fc.record({
  sequence: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  atMs: fc.maxSafeInteger(),
  previousHash: hash,
  writes: fc.array(
    fc.record({
      space: fc.constantFrom(...(Object.keys(LEDGER_SPACES) as LedgerSpace[])),
      key: fc.string({ unit: 'grapheme', minLength: 1 }),
      valueHash: fc.option(hash),
    }),
  ),
  audit: fc.array(fc.string({ unit: 'grapheme' }).map((object) => audit(object))),
});

test('a commit is read back as it was encoded', (t) => {
  fc.assert(fc.property(commits, (commit) => t.deepEqual(decodeCommit(encodeCommit(commit)), commit) ?? true));
});

test('bytes that are no commit are refused, never read past their end', (t) => {
  const outcome = (bytes: Uint8Array): void => {
    try {
      decodeCommit(bytes);
    } catch (error) {
      if (!isRefusal(error, 'LEDGER_CORRUPT')) throw error;
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), outcome));
  fc.assert(
    fc.property(commits, fc.nat(), fc.nat({ max: 255 }), (commit, place, byte) => {
      const bytes = encodeCommit(commit);
      bytes.writeUInt8(byte, place % bytes.length);
      outcome(bytes);
      outcome(bytes.subarray(0, place % bytes.length));
    }),
  );
  t.pass();
});
