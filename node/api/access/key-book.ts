import type { Classification, Viewer } from '../../../proto/domain/marking.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { Clock, RandomBytes } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../ledger/audit-entry.ts';
import { defineCollection } from '../../ledger/collection.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { apiRefusal } from '../refusal.ts';
import { KeyDigester, mintApiKey, parseApiKey } from './api-key.ts';
import { isLive, type PersonKey, type PersonRole } from './person.ts';

const DAY_MS = 86_400_000;

const PERSON_KEYS = defineCollection<PersonKey>({
  space: 'person',
  keyOf: (key) => key.keyId,
  markingOf: () => ({ tlp: 'RED', classification: 'UNCLASSIFIED', compartments: [], groups: [] }),
});

export type KeyRequest = {
  readonly person: string;
  readonly role: PersonRole;
  readonly clearance: Classification;
  readonly compartments: readonly string[];
  readonly groups: readonly string[];
  readonly lifeDays: number;
};

/** API keys of named persons. Each change is one ledger commit with its audit entry, durable on return. */
export class KeyBook {
  readonly #settings: { readonly keyLifeDays: number };
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #system: Viewer;
  readonly #digester: KeyDigester;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    settings: { readonly keyLifeDays: number; readonly jwtSecret: string },
    deps: { ledger: Ledger; clock: Clock; random: RandomBytes; system: Viewer },
  ) {
    this.#settings = settings;
    this.#digester = new KeyDigester(settings.jwtSecret);
    this.#ledger = deps.ledger;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#system = deps.system;
  }

  /**
   * Makes a key and returns its text, which is kept nowhere.
   * @throws ACCESS_KEY_LIFE
   */
  async create(request: KeyRequest, actor: string): Promise<{ readonly key: PersonKey; readonly text: string }> {
    if (request.lifeDays > this.#settings.keyLifeDays)
      throw apiRefusal('ACCESS_KEY_LIFE', { detail: { field: 'life_days', most: this.#settings.keyLifeDays } });
    const minted = mintApiKey(this.#random);
    const nowMs = this.#clock.nowMs();
    const { lifeDays, ...facts } = request;
    const key: PersonKey = {
      ...facts,
      keyId: minted.keyId,
      digest: this.#digester.digest(minted),
      createdBy: actor,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + lifeDays * DAY_MS,
      revokedAtMs: null,
    };
    const write = PERSON_KEYS.put(key, { ifAbsent: true });
    await this.#ledger.commit({ writes: [write], audit: [this.#entry('key.create', key, actor)] });
    return { key, text: minted.text };
  }

  /** Every key ever made, oldest id first; no digest can be turned back into a key. */
  async list(): Promise<readonly PersonKey[]> {
    const keys: PersonKey[] = [];
    for await (const key of PERSON_KEYS.list(this.#ledger, {}, this.#system)) keys.push(key);
    return keys;
  }

  /**
   * Ends a key at once and for good; ending it again changes nothing.
   * @throws ACCESS_KEY_UNKNOWN; ACCESS_KEY_LAST when nobody could administer the node afterwards
   */
  revoke(keyId: string, actor: string): Promise<PersonKey> {
    const revoked = this.#turn.then(() => this.#revokeInTurn(keyId, actor));
    this.#turn = revoked.catch(() => undefined);
    return revoked;
  }

  /** Whose key this is, undefined when it is unknown, wrong, expired or revoked: the caller cannot tell which. */
  async authenticate(text: string): Promise<PersonKey | undefined> {
    const presented = parseApiKey(text);
    if (presented === undefined) return undefined;
    const key = await PERSON_KEYS.get(this.#ledger, presented.keyId, this.#system);
    // An unknown id costs the same digest as a wrong secret.
    const matches = this.#digester.matches(presented, key?.digest ?? '0'.repeat(64));
    return key !== undefined && matches && isLive(key, this.#clock.nowMs()) ? key : undefined;
  }

  async #revokeInTurn(keyId: string, actor: string): Promise<PersonKey> {
    const keys = await this.list();
    const key = keys.find((candidate) => candidate.keyId === keyId);
    if (key === undefined) throw apiRefusal('ACCESS_KEY_UNKNOWN');
    if (key.revokedAtMs !== null) return key;
    const nowMs = this.#clock.nowMs();
    const stays = keys.some((other) => other.keyId !== keyId && other.role === 'admin' && isLive(other, nowMs));
    if (key.role === 'admin' && isLive(key, nowMs) && !stays) throw apiRefusal('ACCESS_KEY_LAST');
    const revoked: PersonKey = { ...key, revokedAtMs: nowMs };
    await this.#ledger.commit({
      writes: [PERSON_KEYS.put(revoked)],
      audit: [this.#entry('key.revoke', revoked, actor)],
    });
    return revoked;
  }

  #entry(action: string, key: PersonKey, actor: string): AuditEntry {
    return auditEntry({ atMs: this.#clock.nowMs(), actor, action, object: `key:${key.keyId}` });
  }
}
