import type { KeyStore } from '../../config/runtime/keys/key-store.ts';
import { identityKeyFromSeed } from '../../crypto/keys.ts';
import type { Alert } from '../../proto/domain/alert.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { Entities } from '../entities/entities.ts';
import { EntityDesk } from '../entities/entity-desk.ts';
import type { EntityCase } from '../entities/propensity/propensity.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ACCOUNTS } from '../records/collections.ts';
import type { OutcomeBook } from '../triage/outcomes/outcome-book.ts';
import type { PeerKnowledge } from '../triage/ports.ts';
import type { TriageReader } from '../triage/reader.ts';

export type ComposeEntitiesDeps = {
  readonly agency: string;
  readonly keys: KeyStore;
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  readonly system: Viewer;
  readonly clock: Clock;
  readonly businessTime: Clock;
  readonly catchUp: () => Promise<void>;
  readonly reader: TriageReader;
  readonly outcomes: OutcomeBook;
  /** What peers gave; undefined while the node belongs to no federation. */
  readonly peers: Pick<PeerKnowledge, 'indicatorsFor'> | undefined;
};

/** Entities over the node's stores; nothing is read before the first call. */
export async function composeEntities(deps: ComposeEntitiesDeps): Promise<EntityDesk> {
  const { agency, businessTime, catchUp, clock, graph, keys, ledger, outcomes, peers, reader, system } = deps;
  const identity = identityKeyFromSeed(await keys.get('identity'));
  const accounts = new AccountCount(ledger, system);
  return new EntityDesk({
    agency,
    entities: new Entities({ ledger, system, clock, businessTime, identity }),
    graph,
    catchUp,
    businessTime,
    ownAccounts: () => accounts.count(),
    indicatorsFor: async (refs, asOfMs) => (await peers?.indicatorsFor(refs, asOfMs)) ?? [],
    casesOf: (customerId, asOfMs, viewer) => casesOf({ reader, outcomes }, customerId, asOfMs, viewer),
  });
}

async function casesOf(
  { outcomes, reader }: Pick<ComposeEntitiesDeps, 'reader' | 'outcomes'>,
  customerId: string,
  asOfMs: number,
  viewer: Viewer,
): Promise<readonly EntityCase[]> {
  const cases: EntityCase[] = [];
  for await (const { alert } of reader.alerts({ customerId }, undefined, viewer)) {
    if (alert.raisedAtMs > asOfMs) continue;
    const decision = (await reader.decisionsOf(alert.alertId, viewer)).findLast((one) => one.asOfMs <= asOfMs);
    const outcome = (await outcomes.of(alert.alertId, viewer)).findLast(({ knownAtMs }) => knownAtMs <= asOfMs);
    cases.push({
      alertId: alert.alertId,
      alertType: alert.alertType,
      priority: alert.priority,
      raisedAtMs: alert.raisedAtMs,
      disposition: decision?.disposition ?? null,
      riskScore: decision?.riskScore ?? null,
      typologies: decision?.typologies ?? [],
      outcome: outcome?.outcome ?? null,
      accountId: alert.account?.accountId ?? null,
      matches: matchesOf(alert),
    });
  }
  return cases;
}

/** Matches that name the entry: without its id it could not be found again. */
function matchesOf({ matches }: Alert): EntityCase['matches'] {
  return matches.flatMap(({ listId, listName, matchedName, matchScore, program }) =>
    listId === null || matchedName === ''
      ? []
      : [{ listName, entryId: listId, name: matchedName, score: matchScore, program }],
  );
}

/** How many accounts the agency keeps, counted anew when some were written. */
class AccountCount {
  readonly #ledger: Ledger;
  readonly #system: Viewer;
  #known: { readonly writtenAt: number; readonly count: number } | undefined;

  constructor(ledger: Ledger, system: Viewer) {
    this.#ledger = ledger;
    this.#system = system;
  }

  async count(): Promise<number> {
    const writtenAt = this.#ledger.lastWritten('account');
    if (this.#known?.writtenAt === writtenAt) return this.#known.count;
    let count = 0;
    for await (const account of ACCOUNTS.list(this.#ledger, {}, this.#system)) if (account.accountId !== '') count += 1;
    this.#known = { writtenAt, count };
    return count;
  }
}
