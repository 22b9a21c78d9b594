import { concat, utf8 } from '../../crypto/bytes.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { decodeEnvelope, encodeEnvelope } from '../../proto/codec/envelope.ts';
import { audienceKey, type EnvelopeHeader, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import { indexKey } from '../log/index-key.ts';
import type { StoreWrite } from '../store/coordinator-store.ts';

/** What is kept of an object in its place: all of it, or the header alone with the reason why it was not taken. */
export type EnvelopeRecord = { readonly envelope: SignedEnvelope; readonly refusedWith: string };

/** An author in an audience of an incarnation. */
export type Chain = Pick<EnvelopeHeader, 'authorPeerId' | 'incarnation' | 'audience'>;

/** Prefix of the keys of an author's objects in an audience of an incarnation. */
export function chainKey({ authorPeerId, incarnation, audience }: Chain): string {
  return `${authorPeerId}/${incarnation}/${audienceKey(audience)}/`;
}

export function envelopeKey(header: Chain & Pick<EnvelopeHeader, 'sequence'>): string {
  return `${chainKey(header)}${indexKey(header.sequence)}`;
}

export function authorKey(peerId: PeerIdText): string {
  return `${peerId}/`;
}

export function envelopeWrite(key: string, { envelope, refusedWith }: EnvelopeRecord): StoreWrite {
  const code = utf8(refusedWith);
  return { space: 'envelope', key, value: concat(Uint8Array.of(code.length), code, encodeEnvelope(envelope)) };
}

export function decodeEnvelopeRecord(value: Uint8Array): EnvelopeRecord {
  const codeEnd = 1 + (value[0] ?? 0);
  return {
    refusedWith: Buffer.from(value.subarray(1, codeEnd)).toString(),
    envelope: decodeEnvelope(value.subarray(codeEnd), LIMITS),
  };
}

/** The object without its payload: chain, signature and log still verify. */
export function withoutPayload(envelope: SignedEnvelope): SignedEnvelope {
  return { ...envelope, payload: new Uint8Array(0) };
}
