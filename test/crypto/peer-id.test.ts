import test from 'ava';
import * as fc from 'fast-check';
import { base58btc } from 'multiformats/bases/base58';
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { identityKeyFromSeed } from '../../crypto/keys.ts';
import { identityKeyOf, peerIdText } from '../../crypto/peer-id.ts';
import { isRefusal } from '../../proto/domain/errors.ts';

// The Ed25519 key of the test vectors in libp2p specs, peer-ids/peer-ids.md; its id as js-libp2p 3.3 prints it.
const KEY = '1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e';
const ID = '12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq';

test('libp2p peer-ids: the id of an Ed25519 key, and the key of its id', (t) => {
  t.is(peerIdText(fromHex(KEY)), ID as ReturnType<typeof peerIdText>);
  t.is(toHex(identityKeyOf(ID)), KEY);
});

test('every identity key comes back from its id', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      const { publicKey } = identityKeyFromSeed(seed);
      t.deepEqual(identityKeyOf(peerIdText(publicKey)), publicKey);
    }),
    { numRuns: 20 },
  );
});

test('text that is not the id of an Ed25519 key is refused and nothing else', (t) => {
  const rsa = 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N';
  const cid = 'bafzaajaiaejcbthlmhjkt3zurlzsmyakvmkiyzvfhacsnzp3xjeg7mp7fcb3ibha';
  for (const text of ['', rsa, cid, ID.slice(1), `${ID}1`, `0${ID.slice(1)}`, '1'.repeat(52), 'z'.repeat(52)])
    t.throws(() => identityKeyOf(text), { code: 'CRYPTO_PEER_ID' }, text);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ minLength: 52, maxLength: 52 })), (text) => {
      try {
        return peerIdText(identityKeyOf(text)) === text;
      } catch (error) {
        return isRefusal(error, 'CRYPTO_PEER_ID') || isRefusal(error, 'CRYPTO_KEY');
      }
    }),
  );
});

test('the id of a key of another kind, in the same length, is refused', (t) => {
  for (const frame of ['002408021220', '002408011221', '122408011220']) {
    const other = base58btc.baseEncode(fromHex(frame + KEY));
    if (frame.startsWith('00')) t.is(other.length, ID.length);
    t.throws(() => identityKeyOf(other), { code: 'CRYPTO_PEER_ID' }, frame);
  }
});

test('a small-order key has no id, and an id of one is refused', (t) => {
  const neutral = `01${'00'.repeat(31)}`;
  t.throws(() => peerIdText(fromHex(neutral)), { code: 'CRYPTO_KEY' });
  t.throws(() => identityKeyOf(base58btc.baseEncode(fromHex(`002408011220${neutral}`))), { code: 'CRYPTO_KEY' });
});
