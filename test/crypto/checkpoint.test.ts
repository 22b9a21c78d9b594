import test from 'ava';
import * as fc from 'fast-check';
import { fromBase64, toBase64 } from '../../crypto/base64.ts';
import { concat, toHex, uint64be, utf8 } from '../../crypto/bytes.ts';
import { cosign, openCheckpoint, openCosignature, signCheckpoint } from '../../crypto/checkpoint.ts';
import { sha256 } from '../../crypto/hash.ts';
import { createIdentityKey, identityKeyFromSeed } from '../../crypto/keys.ts';
import { sign, verify } from '../../crypto/sign.ts';
import { NOTE_TYPES, noteKeyId, parseNote, signatureLine } from '../../crypto/signed-note.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('checkpoint');
const log = createIdentityKey(random);
const witness = createIdentityKey(random);
const NAME = 'log.example/control';
const HEAD = { origin: 'log.example/control', size: 20_852_163, root: random(32) };
const NOTE = signCheckpoint(HEAD, NAME, log.secretKey);

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** A note of this text, signed like a checkpoint. */
function noteOf(body: string): Uint8Array {
  const keyId = noteKeyId(NAME, NOTE_TYPES.ed25519, log.publicKey);
  return concat(utf8(`${body}\n`), signatureLine(NAME, keyId, sign(log.secretKey, utf8(body))));
}

test('C2SP signed-note: the example of golang.org/x/mod/sumdb/note, key id, signature and line', (t) => {
  // PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz; the first byte is the type.
  const seed = fromBase64('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz')?.subarray(1) ?? new Uint8Array(0);
  const key = identityKeyFromSeed(seed);
  t.is(toBase64(concat(Uint8Array.of(1), key.publicKey)), 'ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const keyId = noteKeyId('PeterNeumann', NOTE_TYPES.ed25519, key.publicKey);
  t.is(toHex(keyId), 'c74f20a3');
  const body = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const line =
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  t.is(text(signatureLine('PeterNeumann', keyId, sign(seed, utf8(body)))), line);
  const note = parseNote(utf8(`${body}\n${line}`));
  t.is(text(note.text), body);
  t.true(verify(key.publicKey, note.text, note.signatures[0]?.signature ?? new Uint8Array(0)));
});

test('C2SP tlog-checkpoint: origin, size and root stand on three lines, signed by the log', (t) => {
  const [origin, size, root, empty, line, end] = text(NOTE).split('\n');
  t.deepEqual([origin, size, root, empty, end], [NAME, '20852163', toBase64(HEAD.root), '', '']);
  t.true(line?.startsWith(`\u2014 ${NAME} `));
  t.deepEqual(openCheckpoint(NOTE, NAME, log.publicKey), HEAD);
  const keyId = sha256(utf8(`${NAME}\n`), Uint8Array.of(1), log.publicKey).subarray(0, 4);
  t.deepEqual(parseNote(NOTE).signatures[0]?.keyId, keyId);
});

test('an empty log has a checkpoint', (t) => {
  const head = { ...HEAD, size: 0, root: sha256() };
  t.deepEqual(openCheckpoint(signCheckpoint(head, NAME, log.secretKey), NAME, log.publicKey), head);
});

test('a checkpoint with any byte of its text changed, of another key or under another name is refused', (t) => {
  const { text: body } = parseNote(NOTE);
  for (const place of body.keys()) {
    const changed = NOTE.map((byte, index) => (index === place ? byte ^ 1 : byte));
    t.throws(() => openCheckpoint(changed, NAME, log.publicKey), { code: 'CRYPTO_CHECKPOINT' }, `byte ${place}`);
  }
  t.throws(() => openCheckpoint(NOTE, NAME, witness.publicKey), { code: 'CRYPTO_CHECKPOINT' });
  t.throws(() => openCheckpoint(NOTE, 'log.example/other', log.publicKey), { code: 'CRYPTO_CHECKPOINT' });
});

test('C2SP signed-note: lines of unknown keys are ignored, a bad one of the known key refuses the note', (t) => {
  const unknown = signatureLine(NAME, Uint8Array.of(1, 2, 3, 4), random(64));
  t.deepEqual(openCheckpoint(concat(NOTE, unknown), NAME, log.publicKey), HEAD);
  const keyId = noteKeyId(NAME, NOTE_TYPES.ed25519, log.publicKey);
  const bad = signatureLine(NAME, keyId, random(64));
  t.throws(() => openCheckpoint(concat(NOTE, bad), NAME, log.publicKey), { code: 'CRYPTO_CHECKPOINT' });
});

test('C2SP tlog-checkpoint: extension lines are signed and ignored', (t) => {
  const note = noteOf(`${NAME}\n20852163\n${toBase64(HEAD.root)}\nextension\n`);
  t.deepEqual(openCheckpoint(note, NAME, log.publicKey), HEAD);
});

test('a signed text that is not a checkpoint is refused', (t) => {
  const root = toBase64(HEAD.root);
  const texts = [
    `${NAME}\n20852163\n`,
    `\n20852163\n${root}\n`,
    `${NAME}\n020852163\n${root}\n`,
    `${NAME}\n-1\n${root}\n`,
    `${NAME}\n9007199254740992\n${root}\n`,
    `${NAME}\n1e3\n${root}\n`,
    `${NAME}\n1\n${root.slice(0, -1)}\n`,
    `${NAME}\n1\n${toBase64(random(31))}\n`,
    `${NAME}\n1\n${root}\n\nafter\n`,
    `${NAME}\t\n1\n${root}\n`,
    `${NAME}\n1\n${root}\nextension\r\n`,
  ];
  for (const body of texts)
    t.throws(() => openCheckpoint(noteOf(body), NAME, log.publicKey), { code: 'CRYPTO_CHECKPOINT' }, body);
});

test('a head or name that the format does not take is not signed', (t) => {
  const bad = [{ origin: '' }, { origin: 'two\nlines' }, { size: -1 }, { size: 1.5 }, { root: random(31) }];
  for (const part of bad)
    t.throws(() => signCheckpoint({ ...HEAD, ...part }, NAME, log.secretKey), { code: 'CRYPTO_CHECKPOINT' });
  for (const name of ['', 'with space', 'with+plus', 'two\nlines'])
    t.throws(() => signCheckpoint(HEAD, name, log.secretKey), { code: 'CRYPTO_CHECKPOINT' }, name);
});

test('a note is bounded, and UTF-8 throughout, in lines of unknown keys too', (t) => {
  const unknown = signatureLine('someone.example', Uint8Array.of(1, 2, 3, 4), random(64));
  const many = (count: number): Uint8Array => concat(NOTE, ...Array.from({ length: count }, () => unknown));
  t.deepEqual(openCheckpoint(many(200), NAME, log.publicKey), HEAD);
  t.throws(() => openCheckpoint(many(600), NAME, log.publicKey), { code: 'CRYPTO_CHECKPOINT' });
  const garbled = unknown.map((byte, index) => (index === 6 ? 0xff : byte));
  t.throws(() => openCheckpoint(concat(NOTE, garbled), NAME, log.publicKey), { code: 'CRYPTO_CHECKPOINT' });
});

test('a note that is not UTF-8, holds control characters or is too long is refused before anything is checked', (t) => {
  const bad = [
    concat(Uint8Array.of(0xff), NOTE),
    concat(utf8('\t'), NOTE),
    NOTE.subarray(0, -1),
    utf8('\n\n'),
    concat(NOTE, new Uint8Array(70_000).fill(0x61)),
  ];
  for (const note of bad) t.throws(() => openCheckpoint(note, NAME, log.publicKey), { code: 'CRYPTO_CHECKPOINT' });
});

test('arbitrary text is refused and nothing else', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('\n', '\n\n', '\u2014 ', NAME, ' ', '7', 'AAAA', '+', '\u0000')), (parts) => {
      try {
        openCheckpoint(utf8(parts.join('')), NAME, log.publicKey);
        return false;
      } catch (error) {
        return isRefusal(error, 'CRYPTO_CHECKPOINT');
      }
    }),
  );
  t.pass();
});

test('C2SP tlog-cosignature: a witness signs time and text, in a line that fits behind the note', (t) => {
  const line = cosign(NOTE, 'one.example/w', witness.secretKey, 1_679_315_147_999);
  t.deepEqual(openCosignature(NOTE, line, 'one.example/w', witness.publicKey), { atMs: 1_679_315_147_000 });
  const message = utf8(`cosignature/v1\ntime 1679315147\n${text(parseNote(NOTE).text)}`);
  const keyId = sha256(utf8('one.example/w\n'), Uint8Array.of(4), witness.publicKey).subarray(0, 4);
  const signature = concat(uint64be(1_679_315_147), sign(witness.secretKey, message));
  t.is(text(line), `\u2014 one.example/w ${toBase64(concat(keyId, signature))}\n`);
  const both = concat(NOTE, line);
  t.deepEqual(openCheckpoint(both, NAME, log.publicKey), HEAD);
  t.deepEqual(openCosignature(both, line, 'one.example/w', witness.publicKey), { atMs: 1_679_315_147_000 });
});

test('a cosignature counts for no other checkpoint, witness, name or time, and is no signature of the log', (t) => {
  const line = cosign(NOTE, 'one.example/w', witness.secretKey, 1_679_315_147_000);
  const refused = { code: 'CRYPTO_CHECKPOINT' };
  const other = signCheckpoint({ ...HEAD, size: 1 }, NAME, log.secretKey);
  t.throws(() => openCosignature(other, line, 'one.example/w', witness.publicKey), refused);
  t.throws(() => openCosignature(NOTE, line, 'one.example/w', log.publicKey), refused);
  t.throws(() => openCosignature(NOTE, line, 'two.example/w', witness.publicKey), refused);
  const { keyId, signature } = parseNote(concat(NOTE, line)).signatures[1] ?? { keyId: line, signature: line };
  const asLog = noteKeyId('one.example/w', NOTE_TYPES.ed25519, witness.publicKey);
  const otherType = signatureLine('one.example/w', asLog, signature);
  t.throws(() => openCosignature(NOTE, otherType, 'one.example/w', witness.publicKey), refused);
  const later = signatureLine('one.example/w', keyId, concat(uint64be(1_679_315_148), signature.subarray(8)));
  t.throws(() => openCosignature(NOTE, later, 'one.example/w', witness.publicKey), refused);
  t.throws(
    () => openCheckpoint(concat(parseNote(NOTE).text, utf8('\n'), line), 'one.example/w', witness.publicKey),
    refused,
  );
  for (const bad of [new Uint8Array(0), utf8('x\n'), line.subarray(0, -1), concat(line, line)])
    t.throws(() => openCosignature(NOTE, bad, 'one.example/w', witness.publicKey), refused);
});
