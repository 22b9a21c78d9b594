import { toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeEnvelope, encodeEnvelope } from '../../proto/codec/envelope.ts';
import { type Audience, audienceKey, type EnvelopeHeader, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';
import type { Directory } from './ports.ts';

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

/**
 * What the first header of a chain follows: nothing in incarnation 0, in a later one the head that its announcement
 * lists. undefined for an incarnation that no officer has announced: nothing in it counts.
 */
export function startOf(directory: Pick<Directory, 'incarnationHeads'>, chain: ChainId): ChainHead | undefined {
  const heads = directory.incarnationHeads(chain.authorPeerId, chain.incarnation);
  const listed = heads?.find((head) => audienceKey(head.audience) === audienceKey(chain.audience));
  return heads === undefined ? undefined : { sequence: 0, headerHash: listed?.headerHash ?? EMPTY_HEAD.headerHash };
}

/** Whether an object lacks the payload that its header names. */
export function isErased(
  envelope: { readonly payload: Uint8Array },
  header: { readonly payloadLength: number },
): boolean {
  return envelope.payload.length === 0 && header.payloadLength > 0;
}

export function withoutPayload(envelope: SignedEnvelope): SignedEnvelope {
  return { ...envelope, payload: new Uint8Array(0) };
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

/** Puts an object in the place of itself, with its payload or without: header, chain and signature are the same. */
export function replaceEnvelope(envelope: SignedEnvelope, header: EnvelopeHeader): LedgerWrite {
  const key = `object/${objectKey(chainOf(header), header.sequence)}`;
  return { space: 'envelope', key, value: encodeEnvelope(envelope), marking: header.marking };
}

/**
 * Notes, or forgets, that an object came without its payload though its author is not known to have taken it back:
 * whoever passed it on may have cut it out, so that others are asked for it.
 */
export function hollowMark(header: EnvelopeHeader, hollow: boolean): LedgerWrite {
  const key = `hollow/${objectKey(chainOf(header), header.sequence)}`;
  return { space: 'envelope', key, value: hollow ? new Uint8Array(0) : null, marking: MEMBERS };
}

/** Keeps two headers that cannot both be honest. */
export function keepEquivocation(kept: SignedEnvelope, other: SignedEnvelope, header: EnvelopeHeader): LedgerWrite[] {
  return [kept, other].map((envelope, place) => ({
    space: 'envelope',
    key: `equivocation/${objectKey(chainOf(header), header.sequence)}/${place}`,
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
    return record === undefined ? EMPTY_HEAD : readHead(record.value);
  }

  /** All heads, with the chain's key as text. */
  async *heads(): AsyncIterable<{ readonly chainKey: string; readonly head: ChainHead }> {
    for await (const record of this.#ledger.list('cursor', { prefix: 'head/' }, this.#viewer))
      yield { chainKey: record.key.slice('head/'.length), head: readHead(record.value) };
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
    for await (const record of this.#ledger.list('envelope', range, this.#viewer))
      yield decodeEnvelope(record.value, STORED_BOUNDS);
  }

  /** Places whose payload others may still have. */
  async hollow(limit: number): Promise<readonly { readonly chain: ChainId; readonly sequence: number }[]> {
    const places: { chain: ChainId; sequence: number }[] = [];
    for await (const { key } of this.#ledger.list('envelope', { prefix: 'hollow/', limit }, this.#viewer)) {
      const text = key.slice('hollow/'.length);
      const end = text.lastIndexOf('/');
      places.push({ chain: parseChainKey(text.slice(0, end)), sequence: Number(text.slice(end + 1)) });
    }
    return places;
  }

  async isHollow(header: EnvelopeHeader): Promise<boolean> {
    const { key } = hollowMark(header, true);
    return (await this.#ledger.get('envelope', key, this.#viewer)) !== undefined;
  }

  async hasEquivocation(header: EnvelopeHeader): Promise<boolean> {
    const key = `equivocation/${objectKey(chainOf(header), header.sequence)}/0`;
    return (await this.#ledger.get('envelope', key, this.#viewer)) !== undefined;
  }

  async #read(key: string): Promise<SignedEnvelope | undefined> {
    const record = await this.#ledger.get('envelope', key, this.#viewer);
    return record === undefined ? undefined : decodeEnvelope(record.value, STORED_BOUNDS);
  }
}

function objectKey(chain: ChainId, sequence: number): string {
  return `${chainKey(chain)}/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

function readHead(value: Uint8Array): ChainHead {
  const { sequence, header_hash } = JSON.parse(Buffer.from(value).toString()) as {
    sequence: number;
    header_hash: string;
  };
  return { sequence, headerHash: new Uint8Array(Buffer.from(header_hash, 'hex')) };
}
