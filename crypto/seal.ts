import nacl from 'tweetnacl';
import type { PeerIdText } from '../proto/domain/ids.ts';
import type { Marking } from '../proto/domain/marking.ts';
import type { RandomBytes } from '../proto/domain/runtime.ts';
import { assertLength, concat, equalBytes, uint32be, uint64be, utf8 } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { cryptoRefusal } from './errors.ts';
import { assertSealingKey } from './keys.ts';

/** Where a sealed object belongs. A box opened anywhere else is refused, whoever carried it there. */
export type SealContext = {
  /** 32 bytes. */
  readonly federationId: Uint8Array;
  /** What is sealed, for example `hint-batch` or `member-key`. */
  readonly kind: string;
  readonly sender: PeerIdText;
  readonly recipient: PeerIdText;
  readonly marking: Marking;
  /** Of the object in its audience; what has none takes a number of its own that both ends know. */
  readonly sequence: bigint;
};

const VERSION = 1;

/**
 * Seals bytes from one member to another: version (1) ‖ nonce (24) ‖ nacl.box (X25519, XSalsa20-Poly1305), whose
 * plaintext begins with the length and the canonical context. Either end can open it, so it proves nothing to others;
 * it is the envelope that is signed. Throws CRYPTO_KEY for a bad recipient key.
 */
export function seal(input: {
  readonly plaintext: Uint8Array;
  readonly context: SealContext;
  readonly senderSecretKey: Uint8Array;
  readonly recipientPublicKey: Uint8Array;
  readonly random: RandomBytes;
}): Uint8Array<ArrayBuffer> {
  assertSealingKey(input.recipientPublicKey);
  assertLength(input.senderSecretKey, nacl.box.secretKeyLength, 'secret key');
  const context = contextBytes(input.context);
  const message = concat(uint32be(context.length), context, input.plaintext);
  const nonce = input.random(nacl.box.nonceLength);
  return concat(
    Uint8Array.of(VERSION),
    nonce,
    nacl.box(message, nonce, input.recipientPublicKey, input.senderSecretKey),
  );
}

/**
 * Opens what `seal` made for this context.
 * Throws CRYPTO_OPEN when the keys do not open it, CRYPTO_CONTEXT when it was made for another place, CRYPTO_KEY for
 * a bad sender key.
 */
export function open(input: {
  readonly sealed: Uint8Array;
  readonly context: SealContext;
  readonly senderPublicKey: Uint8Array;
  readonly recipientSecretKey: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  assertSealingKey(input.senderPublicKey);
  assertLength(input.recipientSecretKey, nacl.box.secretKeyLength, 'secret key');
  const [version] = input.sealed;
  const nonce = input.sealed.subarray(1, 1 + nacl.box.nonceLength);
  if (version !== VERSION || nonce.length !== nacl.box.nonceLength) throw cryptoRefusal('CRYPTO_OPEN');
  const box = input.sealed.subarray(1 + nacl.box.nonceLength);
  const message = nacl.box.open(box, nonce, input.senderPublicKey, input.recipientSecretKey);
  if (message === null) throw cryptoRefusal('CRYPTO_OPEN');
  const context = contextBytes(input.context);
  const prefix = concat(uint32be(context.length), context);
  if (!equalBytes(message.subarray(0, prefix.length), prefix))
    throw cryptoRefusal('CRYPTO_CONTEXT', { verdict: 'reject' });
  return new Uint8Array(message.subarray(prefix.length));
}

/** One spelling for one context: fixed order, every text with its length, sets sorted. */
function contextBytes(context: SealContext): Uint8Array {
  assertLength(context.federationId, 32, 'federation id');
  return withDomain(
    DOMAINS.seal,
    context.federationId,
    text(context.kind),
    text(context.sender),
    text(context.recipient),
    text(context.marking.tlp),
    text(context.marking.classification),
    texts(context.marking.compartments),
    texts(context.marking.groups),
    uint64be(context.sequence),
  );
}

function text(value: string): Uint8Array {
  const bytes = utf8(value);
  return concat(uint32be(bytes.length), bytes);
}

function texts(values: readonly string[]): Uint8Array {
  const sorted = [...new Set(values)].sort();
  return concat(uint32be(sorted.length), ...sorted.map(text));
}
