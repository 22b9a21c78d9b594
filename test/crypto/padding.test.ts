import test from 'ava';
import * as fc from 'fast-check';
import { padTo, unpad } from '../../crypto/padding.ts';

test('ISO/IEC 7816-4: content of every length below the size comes back, and all of it has one length', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 31 }), (content) => {
      const padded = padTo(32, content);
      return padded.length === 32 && Buffer.compare(unpad(padded), content) === 0;
    }),
  );
  t.deepEqual(padTo(4, Uint8Array.of(1)), Uint8Array.of(1, 0x80, 0, 0));
});

test('content that fills the size, and bytes without padding, are refused', (t) => {
  t.throws(() => padTo(4, new Uint8Array(4)), { code: 'CRYPTO_PADDING' });
  for (const bytes of [[], [0, 0], [1, 2], [0x80, 1, 0]])
    t.throws(() => unpad(Uint8Array.from(bytes)), { code: 'CRYPTO_PADDING' });
});
