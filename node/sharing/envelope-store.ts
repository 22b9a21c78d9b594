import { toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeEnvelope, encodeEnvelope } from '../../proto/codec/envelope.ts';
import { type Audience, audienceKey, type EnvelopeHeader, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';

/** Position of an object: its author's chain in one audience. */
export type ChainId = { readonly authorPeerId: PeerIdText; readonly incarnation: number; readonly audience: Audience };

/** The last object of a chain; sequence 0 and zeros where there is none. */
export type ChainHead = { readonly sequence: number; readonly headerHash: Uint8Array };

export const EMPTY_HEAD: ChainHead = { sequence: 0, headerHash: new Uint8Array(32) };

const STORED_BOUNDS = {
  envelopeHeaderBytes: Number.MAX_SAFE_INTEGER / 4,
  envelopePayloadBytes: Number.MAX_SAFE_INTEGER / 4,
};
const SEQUENCE_DIGITS = 12;

export function chainOf(header: EnvelopeHeader): ChainId {
  return { authorPeerId: header.authorPeerId, incarnation: header.incarnation, audience: header.audience };
}

/** Text of a chain, a prefix of the keys of its objects. */
export function chainKey(chain: ChainId): string {
  return `${chain.authorPeerId}/${chain.incarnation}/${audienceKey(chain.audience)}`;
}

function objectKey(chain: ChainId, sequence: number): string {
  return `${chainKey(chain)}/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

/** Writes that keep an object and move its chain's head; one unit with whatever the object causes. */
export function keepEnvelope(envelope: SignedEnvelope, header: EnvelopeHeader): LedgerWrite[] {
  const chain = chainOf(header);
  const key = objectKey(chain, header.sequence);
  const hash = headerHash(envelope.header);
  return [
    {
      space: 'envelope',
      key: `object/${key}`,
      value: encodeEnvelope(envelope),
      marking: header.marking,
      ifAbsent: true,
    },
    { space: 'envelope', key: `hash/${toHex(hash)}`, value: Buffer.from(key), marking: MEMBERS },
    {
      space: 'cursor',
      key: `head/${chainKey(chain)}`,
      value: Buffer.from(JSON.stringify({ sequence: header.sequence, header_hash: toHex(hash) })),
      marking: MEMBERS,
    },
  ];
}

/** Erases an object's payload; header, chain and signature still verify. */
export function erasePayload(envelope: SignedEnvelope, header: EnvelopeHeader): LedgerWrite {
  const erased = { ...envelope, payload: new Uint8Array(0) };
  return {
    space: 'envelope',
    key: `object/${objectKey(chainOf(header), header.sequence)}`,
    value: encodeEnvelope(erased),
    marking: header.marking,
  };
}

/** Keeps two headers that cannot both be honest. */
export function keepEquivocation(kept: SignedEnvelope, other: SignedEnvelope, header: EnvelopeHeader): LedgerWrite[] {
  const key = objectKey(chainOf(header), header.sequence);
  return [kept, other].map((envelope, place) => ({
    space: 'envelope',
    key: `equivocation/${key}/${place}`,
    value: encodeEnvelope(envelope),
    marking: MEMBERS,
  }));
}

/** Reads of the objects sent and received, with what the viewer may see. */
export class EnvelopeStore {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;

  constructor(ledger: Ledger, viewer: Viewer) {
    this.#ledger = ledger;
    this.#viewer = viewer;
  }

  async head(chain: ChainId): Promise<ChainHead> {
    const record = await this.#ledger.get('cursor', `head/${chainKey(chain)}`, this.#viewer);
    if (record === undefined) return EMPTY_HEAD;
    const { sequence, header_hash } = JSON.parse(Buffer.from(record.value).toString()) as {
      sequence: number;
      header_hash: string;
    };
    return { sequence, headerHash: new Uint8Array(Buffer.from(header_hash, 'hex')) };
  }

  /** All heads, with the chain's key as text. */
  async *heads(): AsyncIterable<{ readonly chainKey: string; readonly head: ChainHead }> {
    for await (const record of this.#ledger.list('cursor', { prefix: 'head/' }, this.#viewer)) {
      const { sequence, header_hash } = JSON.parse(Buffer.from(record.value).toString()) as {
        sequence: number;
        header_hash: string;
      };
      yield {
        chainKey: record.key.slice('head/'.length),
        head: { sequence, headerHash: new Uint8Array(Buffer.from(header_hash, 'hex')) },
      };
    }
  }

  async get(chain: ChainId, sequence: number): Promise<SignedEnvelope | undefined> {
    return this.#read(`object/${objectKey(chain, sequence)}`);
  }

  async getByHash(hash: Uint8Array): Promise<SignedEnvelope | undefined> {
    const record = await this.#ledger.get('envelope', `hash/${toHex(hash)}`, this.#viewer);
    return record === undefined ? undefined : this.#read(`object/${Buffer.from(record.value).toString()}`);
  }

  /** Objects of a chain in sequence, both ends inclusive. */
  async *range(chain: ChainId, first: number, last: number): AsyncIterable<SignedEnvelope> {
    const range = { from: `object/${objectKey(chain, first)}`, to: `object/${objectKey(chain, last + 1)}` };
    for await (const record of this.#ledger.list('envelope', range, this.#viewer)) {
      yield decodeEnvelope(record.value, STORED_BOUNDS);
    }
  }

  async #read(key: string): Promise<SignedEnvelope | undefined> {
    const record = await this.#ledger.get('envelope', key, this.#viewer);
    return record === undefined ? undefined : decodeEnvelope(record.value, STORED_BOUNDS);
  }
}

/** Reads a chain's key back into its parts. */
export function parseChainKey(text: string): ChainId {
  const [authorPeerId = '', incarnation = '0', audience = ''] = text.split('/');
  const [scope = '', ...id] = audience.split(':');
  return {
    authorPeerId: asId(authorPeerId),
    incarnation: Number(incarnation),
    audience: { scope: scope as Audience['scope'], id: id.join(':') },
  };
}
