import { LIMITS } from '../../../config/settings/limits.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { ListEntry } from '../../../proto/domain/records.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../ledger/audit-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { CUSTOMERS, LIST_ENTRIES } from '../collections.ts';
import { recordError } from '../errors.ts';
import { listVersionsAsOf } from './versions.ts';
import {
  entryHash,
  tripleKey,
  WHITELIST,
  type WhitelistItem,
  whitelistKey,
  type WhitelistState,
  whitelistState,
} from './whitelist-item.ts';

/** Whom and what it is about. */
export type WhitelistTriple = Pick<WhitelistItem, 'customerId' | 'listName' | 'entryId'>;

export type WhitelistProposal = WhitelistTriple & { readonly reason: string; readonly expiresAtMs: number };

/** An item with where it stands now. */
export type StandingItem = { readonly item: WhitelistItem; readonly state: WhitelistState };

export type WhitelistDeps = {
  readonly ledger: Ledger;
  readonly system: Viewer;
  /** Of decisions. */
  readonly businessTime: Clock;
  readonly clock: Clock;
};

/**
 * Customers who were looked at and are not the ones on the list: two persons to begin with it, one to end it, each
 * step one commit with its audit entry.
 */
export class Whitelist {
  readonly #deps: WhitelistDeps;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: WhitelistDeps) {
    this.#deps = deps;
  }

  /**
   * One person's word; without effect until another one approves it.
   * @throws WHITELIST_CUSTOMER, LIST_UNKNOWN, WHITELIST_EXISTS, WHITELIST_LIFE
   */
  propose(proposal: WhitelistProposal, person: string): Promise<StandingItem> {
    return this.#inTurn(async () => {
      const { ledger, businessTime, system } = this.#deps;
      const { customerId, listName, entryId, reason, expiresAtMs } = proposal;
      const atMs = businessTime.nowMs();
      if (expiresAtMs <= atMs || expiresAtMs > atMs + LIMITS.whitelistLifeMs)
        throw recordError('WHITELIST_LIFE', { detail: { field: 'expires_at' } });
      if ((await CUSTOMERS.get(ledger, customerId, system)) === undefined) throw recordError('WHITELIST_CUSTOMER');
      const entry = await this.#entryAsOf(proposal, atMs);
      if (entry === undefined) throw recordError('LIST_UNKNOWN');
      const last = await this.latest(proposal, system);
      if (last?.state === 'proposed' || last?.state === 'active') throw recordError('WHITELIST_EXISTS');
      const item: WhitelistItem = {
        customerId,
        listName,
        entryId,
        reason,
        expiresAtMs,
        listVersion: entry.listVersion,
        entryHash: entryHash(entry),
        // Two proposals of one moment, as a replay may have, must not share a key.
        proposed: { person, atMs: Math.max(atMs, (last?.item.proposed.atMs ?? 0) + 1) },
        approved: null,
        ended: null,
      };
      return this.#keep(item, person, 'whitelist.proposed');
    });
  }

  /**
   * The second person's word: from now on hits on the entry are set aside.
   * @throws WHITELIST_UNKNOWN, WHITELIST_PERSON, WHITELIST_ENTRY
   */
  approve(triple: WhitelistTriple, person: string): Promise<StandingItem> {
    return this.#inTurn(async () => {
      const standing = await this.latest(triple, this.#deps.system);
      if (standing?.state === 'superseded') throw recordError('WHITELIST_ENTRY');
      if (standing?.state !== 'proposed') throw recordError('WHITELIST_UNKNOWN');
      const { item } = standing;
      if (item.proposed.person === person) throw recordError('WHITELIST_PERSON');
      const atMs = Math.max(this.#deps.businessTime.nowMs(), item.proposed.atMs);
      return this.#keep({ ...item, approved: { person, atMs } }, person, 'whitelist.approved');
    });
  }

  /** Any one person takes it back. @throws WHITELIST_UNKNOWN */
  end(triple: WhitelistTriple, person: string): Promise<StandingItem> {
    return this.#inTurn(async () => {
      const standing = await this.latest(triple, this.#deps.system);
      if (standing?.state !== 'proposed' && standing?.state !== 'active') throw recordError('WHITELIST_UNKNOWN');
      const ended = { person, atMs: this.#deps.businessTime.nowMs() };
      return this.#keep({ ...standing.item, ended }, person, 'whitelist.ended');
    });
  }

  /** What was said last of a customer and an entry. */
  async latest(triple: WhitelistTriple, viewer: Viewer): Promise<StandingItem | undefined> {
    const range = { prefix: tripleKey(triple), reverse: true, limit: 1 };
    for await (const item of WHITELIST.list(this.#deps.ledger, range, viewer)) return this.#standing(item);
    return undefined;
  }

  /** Everything that was ever said, of one customer or of all, by their ids; behind a key where one is given. */
  async *list(
    filter: { readonly customerId?: string; readonly after?: string },
    viewer: Viewer,
  ): AsyncGenerator<StandingItem & { readonly key: string }> {
    const prefix = filter.customerId === undefined ? {} : { prefix: `${filter.customerId}/` };
    const from = filter.after === undefined ? {} : { from: `${filter.after}\u0000` };
    for await (const item of WHITELIST.list(this.#deps.ledger, { ...prefix, ...from }, viewer))
      yield { ...(await this.#standing(item)), key: whitelistKey(item) };
  }

  /** Entries whose hits are set aside for a customer at a time, each as `<list>/<entry>`. */
  async asideOf(customerId: string, asOfMs: number): Promise<ReadonlySet<string>> {
    const { ledger, system } = this.#deps;
    const aside = new Set<string>();
    for await (const item of WHITELIST.list(ledger, { prefix: `${customerId}/` }, system)) {
      const entry = await this.#entryAsOf(item, asOfMs);
      if (entry !== undefined && whitelistState(item, entryHash(entry), asOfMs) === 'active')
        aside.add(`${item.listName}/${item.entryId}`);
    }
    return aside;
  }

  async #standing(item: WhitelistItem): Promise<StandingItem> {
    const nowMs = this.#deps.businessTime.nowMs();
    const entry = await this.#entryAsOf(item, nowMs);
    return { item, state: whitelistState(item, entry === undefined ? undefined : entryHash(entry), nowMs) };
  }

  async #entryAsOf({ listName, entryId }: WhitelistTriple, asOfMs: number): Promise<ListEntry | undefined> {
    const { ledger, system } = this.#deps;
    const version = (await listVersionsAsOf(ledger, asOfMs, system)).get(listName);
    if (version === undefined) return undefined;
    return LIST_ENTRIES.get(ledger, `${listName}/${version.listVersion}/${entryId}`, system);
  }

  async #keep(item: WhitelistItem, person: string, action: string): Promise<StandingItem> {
    const { customerId, listName, entryId, reason, listVersion } = item;
    const object = `whitelist:${customerId}/${listName}/${entryId}`;
    const facts = { atMs: this.#deps.clock.nowMs(), actor: person, action, object, input: utf8(reason) };
    const audit = auditEntry({ ...facts, versions: { [`list:${listName}`]: listVersion } });
    await this.#deps.ledger.commit({ writes: [WHITELIST.put(item)], audit: [audit] });
    return this.#standing(item);
  }

  /** One step at a time, so that two persons cannot cross each other. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const current = this.#turn.then(work, work);
    this.#turn = current.catch(() => undefined);
    return current;
  }
}
