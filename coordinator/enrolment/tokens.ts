import { fromBase64url, toBase64url, toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import { type AgencyId, asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import { coordinatorError } from '../errors.ts';
import type { CoordinatorStore, StoreCondition, StoreWrite } from '../store/coordinator-store.ts';

const SECRET_BYTES = 32;

/** `burnt`: a request has it; the answer is there once the member is. */
export type TokenState = 'open' | 'burnt' | 'revoked';

/** What is kept of a token: never its secret, only the hash, which is its key. */
export type TokenRecord = {
  readonly state: TokenState;
  /** Agency whose node alone may use it; null for any. */
  readonly agencyId: AgencyId | null;
  readonly label: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Of the one request that burnt it. */
  readonly requestHash: string | null;
  readonly burntAtMs: number | null;
  readonly peerId: PeerIdText | null;
  /** The answer to that request, encoded, base64url. */
  readonly answer: string | null;
};

/** As a person sees it. The id is the first half of the hash: it names the token and opens nothing. */
export type TokenView = Omit<TokenRecord, 'requestHash' | 'answer'> & { readonly tokenId: string };

const ID_CHARACTERS = 16;

/** One-time join tokens in the store. */
export class Tokens {
  readonly #store: CoordinatorStore;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(deps: { readonly store: CoordinatorStore; readonly clock: Clock; readonly random: RandomBytes }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#random = deps.random;
  }

  /** Makes a token; the secret is in the answer and nowhere else. Durable on return. */
  async create(input: {
    readonly label: string;
    readonly lifeMs: number;
    readonly agencyId: AgencyId | null;
    readonly actor: string;
  }): Promise<{ readonly secret: Uint8Array; readonly view: TokenView }> {
    const secret = this.#random(SECRET_BYTES);
    const hash = toHex(sha256(secret));
    const nowMs = this.#clock.nowMs();
    const record: TokenRecord = {
      state: 'open',
      agencyId: input.agencyId,
      label: input.label,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + input.lifeMs,
      requestHash: null,
      burntAtMs: null,
      peerId: null,
      answer: null,
    };
    await this.#store.commit({
      writes: [tokenWrite(hash, record)],
      conditions: [{ space: 'token', key: hash, is: null }],
      audit: [this.#audit(input.actor, 'token.created', hash)],
    });
    return { secret, view: viewOf(hash, record) };
  }

  async list(): Promise<readonly TokenView[]> {
    const views: TokenView[] = [];
    for await (const { key, value } of this.#store.list('token')) views.push(viewOf(key, decodeRecord(value)));
    return views.sort((one, other) => one.createdAtMs - other.createdAtMs);
  }

  /** Makes an open token useless. @throws CALL_UNKNOWN when there is no such open token */
  async revoke(tokenId: string, actor: string): Promise<void> {
    for await (const { key, value } of this.#store.list('token', { prefix: tokenId })) {
      const record = decodeRecord(value);
      if (tokenId.length !== ID_CHARACTERS || record.state !== 'open') continue;
      await this.#store.commit({
        writes: [tokenWrite(key, { ...record, state: 'revoked' })],
        conditions: [{ space: 'token', key, is: value }],
        audit: [this.#audit(actor, 'token.revoked', key)],
      });
      return;
    }
    throw coordinatorError('CALL_UNKNOWN', { detail: { token: tokenId } });
  }

  /** The record with its stored bytes, which a compare-and-set names; undefined when there is none. */
  async find(
    tokenHash: Uint8Array,
  ): Promise<{ readonly key: string; readonly stored: Uint8Array; readonly record: TokenRecord } | undefined> {
    const key = toHex(tokenHash);
    const stored = await this.#store.get('token', key);
    return stored === undefined ? undefined : { key, stored, record: decodeRecord(stored) };
  }

  #audit(actor: string, action: string, hash: string): AuditEntry {
    return auditEntry({ atMs: this.#clock.nowMs(), actor, action, object: `token:${hash.slice(0, ID_CHARACTERS)}` });
  }
}

export function tokenWrite(key: string, record: TokenRecord): StoreWrite {
  return { space: 'token', key, value: Buffer.from(JSON.stringify(record)) };
}

export function tokenIs(key: string, stored: Uint8Array): StoreCondition {
  return { space: 'token', key, is: stored };
}

/** Name of a token in audit entries. */
export function tokenObject(key: string): string {
  return `token:${key.slice(0, ID_CHARACTERS)}`;
}

export function answerOf(record: TokenRecord): Uint8Array | undefined {
  return record.answer === null ? undefined : fromBase64url(record.answer);
}

export function withAnswer(record: TokenRecord, answer: Uint8Array): TokenRecord {
  return { ...record, answer: toBase64url(answer) };
}

function viewOf(key: string, { requestHash: _hash, answer: _answer, ...view }: TokenRecord): TokenView {
  return { ...view, tokenId: key.slice(0, ID_CHARACTERS) };
}

function decodeRecord(value: Uint8Array): TokenRecord {
  const record = JSON.parse(Buffer.from(value).toString('utf8')) as TokenRecord;
  return { ...record, peerId: record.peerId === null ? null : asId(record.peerId) };
}
