import { LIMITS } from '../../../config/settings/limits.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../ledger/audit-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { assertionOf, type MergeAssertion, MERGES, type SignedMerge } from '../../records/merges.ts';
import { Clusters } from './clusters.ts';
import { openMerge, signMerge } from './signed-merge.ts';

export type MergeBookDeps = {
  readonly ledger: Ledger;
  readonly system: Viewer;
  readonly clock: Clock;
  /** The node's: signs each assertion. */
  readonly identity: KeyPair;
};

/** An assertion before it has its place. */
export type MergeDraft = Omit<MergeAssertion, 'ordinal'>;

/** What was asserted last of each pair of customers, and by it who is one with whom. One writer. */
export class MergeBook {
  readonly #deps: MergeBookDeps;
  readonly #latest = new Map<string, MergeAssertion>();
  readonly #byCustomer = new Map<string, Set<string>>();
  readonly #clusters = new Clusters();

  private constructor(deps: MergeBookDeps) {
    this.#deps = deps;
  }

  static async open(deps: MergeBookDeps): Promise<MergeBook> {
    const book = new MergeBook(deps);
    for await (const merge of MERGES.list(deps.ledger, {}, deps.system)) book.#take(assertionOf(merge));
    return book;
  }

  latest(one: string, other: string): MergeAssertion | undefined {
    return this.#latest.get(pairOf(one, other));
  }

  /** The last word on each pair that a customer is in. */
  of(customerId: string): readonly MergeAssertion[] {
    return [...(this.#byCustomer.get(customerId) ?? [])].flatMap((pair) => this.#latest.get(pair) ?? []);
  }

  /** Customers that are one with a customer, itself among them, in order. */
  membersOf(customerId: string): readonly string[] {
    return this.#clusters.of(customerId);
  }

  /** Pairs that wait for a person, in order of ids. */
  proposed(): readonly MergeAssertion[] {
    const waiting = [...this.#latest].filter(([, { state }]) => state === 'proposed');
    return waiting.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, assertion]) => assertion);
  }

  /** Everything that was ever asserted of a pair, first to last, each signature checked. @throws ENTITY_SIGNATURE */
  async history(one: string, other: string): Promise<readonly (MergeAssertion & Pick<SignedMerge, 'signer'>)[]> {
    const history: (MergeAssertion & Pick<SignedMerge, 'signer'>)[] = [];
    const range = { prefix: `${pairOf(one, other)}/` };
    for await (const merge of MERGES.list(this.#deps.ledger, range, this.#deps.system))
      history.push({ ...openMerge(merge), signer: merge.signer });
    return history;
  }

  /** Signs and keeps assertions, each with its audit entry; durable on return. */
  async assert(drafts: readonly MergeDraft[]): Promise<readonly MergeAssertion[]> {
    const { clock, identity, ledger } = this.#deps;
    const kept: MergeAssertion[] = [];
    for (let from = 0; from < drafts.length; from += LIMITS.mergesPerCommit) {
      const assertions = drafts
        .slice(from, from + LIMITS.mergesPerCommit)
        .map((draft) => ({ ...draft, ordinal: (this.latest(draft.one, draft.other)?.ordinal ?? 0) + 1 }));
      const atMs = clock.nowMs();
      await ledger.commit({
        writes: assertions.map((assertion) => MERGES.put(signMerge(assertion, identity), { ifAbsent: true })),
        audit: assertions.map((assertion) => auditOf(assertion, atMs)),
      });
      for (const assertion of assertions) this.#take(assertion);
      kept.push(...assertions);
    }
    return kept;
  }

  #take(assertion: MergeAssertion): void {
    const { one, other, state } = assertion;
    const pair = pairOf(one, other);
    this.#latest.set(pair, assertion);
    for (const customer of [one, other]) {
      const pairs = this.#byCustomer.get(customer);
      if (pairs === undefined) this.#byCustomer.set(customer, new Set([pair]));
      else pairs.add(pair);
    }
    if (state === 'merged') this.#clusters.add(one, other);
    else this.#clusters.remove(one, other);
  }
}

/** Ids hold no slash. */
function pairOf(one: string, other: string): string {
  return one < other ? `${one}/${other}` : `${other}/${one}`;
}

function auditOf(assertion: MergeAssertion, atMs: number): ReturnType<typeof auditEntry> {
  const { decidedBy, model, one, other, state } = assertion;
  return auditEntry({
    atMs,
    actor: decidedBy,
    action: `entity.${state}`,
    object: `entity:${one}/${other}`,
    output: utf8(JSON.stringify(assertion)),
    versions: { resolver: model },
  });
}
