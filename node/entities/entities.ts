import { setImmediate } from 'node:timers/promises';
import { canSee, combineMarkings, type Marking, type Viewer } from '../../proto/domain/marking.ts';
import type { Customer } from '../../proto/domain/records.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { CUSTOMERS } from '../records/collections.ts';
import type { MergeAssertion } from '../records/merges.ts';
import { entityError } from './errors.ts';
import { MergeBook, type MergeBookDeps } from './resolution/merge-book.ts';

export type EntitiesDeps = MergeBookDeps & {
  /** Of decisions: from when an assertion holds. */
  readonly businessTime: Clock;
};

export type ResolutionReport = {
  readonly customers: number;
  readonly merged: number;
  readonly proposed: number;
  /** Entities of several records after it. */
  readonly entities: number;
};

/** One person or organisation, as one or several records. */
export type Entity = {
  /** Smallest id of its customers. */
  readonly entityId: string;
  readonly members: readonly Customer[];
  /** The highest of its members. */
  readonly marking: Marking;
  /** The last word on each pair of its members, and on pairs of them with others. */
  readonly assertions: readonly MergeAssertion[];
};

/**
 * Which of an agency's customers are one, as asserted, explained and taken back. One step at a time, each durable with
 * its audit entry. Tables of names are loaded with the first resolution.
 */
export class Entities {
  readonly #deps: EntitiesDeps;
  #book: Promise<MergeBook> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: EntitiesDeps) {
    this.#deps = deps;
  }

  /** Looks through all customers, merges what is certain and proposes what a person is to see. May be repeated. */
  resolve(): Promise<ResolutionReport> {
    return this.#inTurn(async () => {
      const { businessTime, ledger, system } = this.#deps;
      const book = await this.#opened();
      const { resolutionRecord } = await import('./resolution/record.ts');
      const { RESOLVER_VERSION } = await import('./resolution/compare-records.ts');
      const { resolvePairs } = await import('./resolution/resolver.ts');
      const records: ReturnType<typeof resolutionRecord>[] = [];
      for await (const customer of CUSTOMERS.list(ledger, {}, system)) records.push(resolutionRecord(customer));
      const steps = resolvePairs(records, {
        merged: records.flatMap(({ customerId }) =>
          book.of(customerId).flatMap(({ one, other, state }) => (state === 'merged' ? [[one, other] as const] : [])),
        ),
        parted: (one, other) => isParted(book.latest(one, other)),
        settled: (one, other) => book.latest(one, other) !== undefined,
      });
      let step = steps.next();
      while (step.done !== true) {
        await setImmediate();
        step = steps.next();
      }
      const knownAtMs = businessTime.nowMs();
      const facts = { model: RESOLVER_VERSION, decidedBy: RESOLVER_VERSION, reason: null, knownAtMs };
      const drafts = await Promise.all(
        step.value.map(async (verdict) => ({
          ...verdict,
          ...facts,
          marking: await this.#markingOf([verdict.one, verdict.other]),
        })),
      );
      await book.assert(drafts);
      const entities = new Set(
        records
          .map(({ customerId }) => book.membersOf(customerId))
          .filter(isSeveral)
          .map(first),
      );
      const merged = drafts.filter(({ state }) => state === 'merged').length;
      return { customers: records.length, merged, proposed: drafts.length - merged, entities: entities.size };
    });
  }

  /** Pairs that wait for a person who may see both. */
  async review(viewer: Viewer): Promise<readonly MergeAssertion[]> {
    return (await this.#opened()).proposed().filter(({ marking }) => canSee(viewer, marking));
  }

  /** A person's word on a proposed pair. @throws ENTITY_PAIR */
  decide(pair: Pair, state: 'merged' | 'rejected', reason: string | null, viewer: Viewer): Promise<MergeAssertion> {
    return this.#inTurn(async () => {
      const standing = (await this.#opened()).latest(pair.one, pair.other);
      if (standing?.state !== 'proposed' || !canSee(viewer, standing.marking)) throw entityError('ENTITY_PAIR');
      return this.#next(standing, state, reason, viewer);
    });
  }

  /** Takes a customer's record out of its entity: all that joined it is withdrawn, and it stands alone again. @throws ENTITY_PAIR */
  unmerge(customerId: string, reason: string | null, viewer: Viewer): Promise<readonly MergeAssertion[]> {
    return this.#inTurn(async () => {
      const joined = (await this.#opened()).of(customerId).filter(({ state }) => state === 'merged');
      if (joined.length === 0 || !joined.every(({ marking }) => canSee(viewer, marking)))
        throw entityError('ENTITY_PAIR');
      const withdrawn: MergeAssertion[] = [];
      for (const standing of joined) withdrawn.push(await this.#next(standing, 'withdrawn', reason, viewer));
      return withdrawn;
    });
  }

  /**
   * The entity that a customer belongs to. Whoever may not see all of it sees the one record alone.
   * @throws ENTITY_UNKNOWN
   */
  async show(customerId: string, viewer: Viewer): Promise<Entity> {
    const { ledger, system } = this.#deps;
    const book = await this.#opened();
    const alone = await CUSTOMERS.get(ledger, customerId, viewer);
    if (alone === undefined) throw entityError('ENTITY_UNKNOWN');
    const ids = book.membersOf(customerId);
    const marking = await this.#markingOf(ids);
    if (!canSee(viewer, marking))
      return { entityId: customerId, members: [alone], marking: await this.#markingOf([customerId]), assertions: [] };
    const members = await Promise.all(ids.map((id) => CUSTOMERS.get(ledger, id, system)));
    const pairs = new Set(ids.flatMap((id) => book.of(id)));
    const assertions = [...pairs].filter((assertion) => canSee(viewer, assertion.marking));
    for (const { one, other } of assertions) await book.history(one, other);
    return {
      entityId: ids[0] ?? customerId,
      members: members.filter((member) => member !== undefined),
      marking,
      assertions,
    };
  }

  async #next(
    standing: MergeAssertion,
    state: MergeAssertion['state'],
    reason: string | null,
    viewer: Viewer,
  ): Promise<MergeAssertion> {
    // A pair may be withdrawn in the moment of business time in which it was merged, as in a replay.
    const knownAtMs = Math.max(this.#deps.businessTime.nowMs(), standing.knownAtMs);
    const draft = { ...standing, state, reason, decidedBy: viewer.name, knownAtMs };
    const [asserted] = await (await this.#opened()).assert([draft]);
    return asserted ?? standing;
  }

  async #markingOf(customerIds: readonly string[]): Promise<Marking> {
    const { ledger, system } = this.#deps;
    const records = await Promise.all(customerIds.map((id) => ledger.get('customer', id, system)));
    return records.flatMap((record) => record?.marking ?? []).reduce(combineMarkings);
  }

  #opened(): Promise<MergeBook> {
    if (this.#book === undefined) {
      this.#book = MergeBook.open(this.#deps);
      this.#book.catch(() => (this.#book = undefined));
    }
    return this.#book;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const current = this.#turn.then(work, work);
    this.#turn = current.catch(() => undefined);
    return current;
  }
}

/** Two customers, in any order. */
export type Pair = { readonly one: string; readonly other: string };

function isParted(assertion: MergeAssertion | undefined): boolean {
  return assertion?.state === 'rejected' || assertion?.state === 'withdrawn';
}

function isSeveral(members: readonly string[]): boolean {
  return members.length > 1;
}

function first(members: readonly string[]): string {
  return members[0] ?? '';
}
