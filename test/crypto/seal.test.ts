import test from 'ava';
import * as fc from 'fast-check';
import nacl from 'tweetnacl';
import { concat, uint32be, utf8 } from '../../crypto/bytes.ts';
import { createIdentityKey, createSealingKey } from '../../crypto/keys.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import { open, seal, type SealContext } from '../../crypto/seal.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Marking } from '../../proto/domain/marking.ts';
import { queuedRandom, seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('seal');
const sender = createSealingKey(random);
const recipient = createSealingKey(random);
const someone = (): PeerIdText => peerIdText(createIdentityKey(random).publicKey);
const one = someone();
const two = someone();
const three = someone();
const MARKING: Marking = { tlp: 'AMBER', classification: 'RESTRICTED', compartments: ['b', 'a'], groups: ['g'] };
const CONTEXT: SealContext = {
  federationId: random(32),
  kind: 'hint-batch',
  sender: one,
  recipient: two,
  marking: MARKING,
  sequence: 7n,
};
const PLAINTEXT = utf8('what only one other may read');

function sealOne(plaintext = PLAINTEXT, context = CONTEXT): Uint8Array {
  return seal({
    plaintext,
    context,
    senderSecretKey: sender.secretKey,
    recipientPublicKey: recipient.publicKey,
    random,
  });
}

function openOne(sealed: Uint8Array, context = CONTEXT): Uint8Array {
  return open({ sealed, context, senderPublicKey: sender.publicKey, recipientSecretKey: recipient.secretKey });
}

test('a sealed object opens in its context, whatever the order of compartments', (t) => {
  t.deepEqual(openOne(sealOne()), PLAINTEXT);
  t.deepEqual(openOne(sealOne(new Uint8Array(0))), new Uint8Array(0));
  t.deepEqual(openOne(sealOne(), { ...CONTEXT, marking: { ...MARKING, compartments: ['a', 'b'] } }), PLAINTEXT);
});

test('a sealed object opens in no other context', (t) => {
  const sealed = sealOne();
  const others: readonly Partial<SealContext>[] = [
    { federationId: random(32) },
    { kind: 'rfi' },
    { sender: three },
    { recipient: three },
    { sender: two, recipient: one },
    { marking: { ...MARKING, tlp: 'GREEN' } },
    { marking: { ...MARKING, classification: 'SECRET' } },
    { marking: { ...MARKING, compartments: ['a'] } },
    { marking: { ...MARKING, compartments: ['a', 'b', 'g'], groups: [] } },
    { marking: { ...MARKING, groups: [] } },
    { sequence: 8n },
  ];
  for (const other of others)
    t.throws(() => openOne(sealed, { ...CONTEXT, ...other }), { code: 'CRYPTO_CONTEXT' }, Object.keys(other).join());
});

test('a sealed object opens with no other keys and with no byte changed', (t) => {
  const sealed = sealOne();
  const stranger = createSealingKey(random);
  const keys = { senderPublicKey: sender.publicKey, recipientSecretKey: recipient.secretKey };
  const refused = { code: 'CRYPTO_OPEN' };
  const base = { sealed, context: CONTEXT, ...keys };
  t.throws(() => open({ ...base, senderPublicKey: stranger.publicKey }), refused);
  t.throws(() => open({ ...base, recipientSecretKey: stranger.secretKey }), refused);
  for (let place = 0; place < sealed.length; place += 9)
    t.throws(() => openOne(sealed.map((byte, index) => (index === place ? byte ^ 1 : byte))), refused, `byte ${place}`);
});

test('the format is version, nonce and a NaCl box of length, context and plaintext', (t) => {
  const nonce = random(24);
  const sealed = seal({
    plaintext: PLAINTEXT,
    context: CONTEXT,
    senderSecretKey: sender.secretKey,
    recipientPublicKey: recipient.publicKey,
    random: queuedRandom(nonce),
  });
  const text = (value: string): Uint8Array => concat(uint32be(value.length), utf8(value));
  const context = concat(
    utf8('concordat/seal/1\0'),
    CONTEXT.federationId,
    ...['hint-batch', one, two, 'AMBER', 'RESTRICTED'].map(text),
    uint32be(2),
    ...['a', 'b'].map(text),
    uint32be(1),
    text('g'),
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 7),
  );
  const box = nacl.box(
    concat(uint32be(context.length), context, PLAINTEXT),
    nonce,
    recipient.publicKey,
    sender.secretKey,
  );
  t.deepEqual(sealed, concat(Uint8Array.of(1), nonce, box));
});

test('a box of the right keys without a context is refused', (t) => {
  const nonce = random(24);
  for (const message of [PLAINTEXT, new Uint8Array(0), concat(uint32be(0), PLAINTEXT)]) {
    const box = nacl.box(message, nonce, recipient.publicKey, sender.secretKey);
    t.throws(() => openOne(concat(Uint8Array.of(1), nonce, box)), { code: 'CRYPTO_CONTEXT' });
  }
});

test('a key of small order takes no part', (t) => {
  const weak = new Uint8Array(32);
  const base = { plaintext: PLAINTEXT, context: CONTEXT, senderSecretKey: sender.secretKey, random };
  t.throws(() => seal({ ...base, recipientPublicKey: weak }), { code: 'CRYPTO_KEY' });
  const opening = { sealed: sealOne(), context: CONTEXT, recipientSecretKey: recipient.secretKey };
  t.throws(() => open({ ...opening, senderPublicKey: weak }), { code: 'CRYPTO_KEY' });
});

test('arbitrary bytes are refused and nothing else', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        openOne(bytes);
        return false;
      } catch (error) {
        return isRefusal(error, 'CRYPTO_OPEN');
      }
    }),
    { numRuns: 40 },
  );
  t.pass();
});
