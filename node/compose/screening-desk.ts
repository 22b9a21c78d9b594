import { setImmediate } from 'node:timers/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Customer } from '../../proto/domain/records.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type {
  CustomerScreening,
  ScreeningDesk,
  ScreeningFinding,
  ScreeningQuestion,
  ScreeningResult,
  ScreeningScope,
} from '../api/screening-ports.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { CUSTOMERS } from '../records/collections.ts';
import type { ListVersion } from '../records/lists/list-version.ts';
import type { Whitelist } from '../records/lists/whitelist.ts';
import { nameScoreOf } from '../screening/name-score.ts';
import type { ScreeningHit, ScreeningQuery } from '../screening/query.ts';
import { SCREENING_THRESHOLD } from '../screening/weights.ts';
import { customerQuery, isNoVehicle } from './customer-query.ts';
import type { ListIndexes } from './list-indexes.ts';

export type ScreeningDeskDeps = {
  readonly ledger: Ledger;
  readonly indexes: ListIndexes;
  readonly whitelist: Pick<Whitelist, 'asideOf'>;
  readonly businessTime: Clock;
};

/** Screens on behalf of callers, against the lists in force now; names' tables are loaded with the first call. */
export class NodeScreeningDesk implements ScreeningDesk {
  readonly threshold = SCREENING_THRESHOLD;
  readonly #deps: ScreeningDeskDeps;

  constructor(deps: ScreeningDeskDeps) {
    this.#deps = deps;
  }

  lists(): Promise<readonly ListVersion[]> {
    return this.#deps.indexes.inForce(this.#deps.businessTime.nowMs());
  }

  screen(question: ScreeningQuestion, scope: ScreeningScope, signal: AbortSignal): Promise<ScreeningResult> {
    const { names, ...attributes } = question;
    const [name = '', ...aliases] = names;
    return this.#find({ name, aliases, ...attributes }, scope, signal);
  }

  async screenCustomer(
    customerId: string,
    viewer: Viewer,
    signal: AbortSignal,
  ): Promise<CustomerScreening | undefined> {
    const customer: Customer | undefined = await CUSTOMERS.get(this.#deps.ledger, customerId, viewer);
    if (customer === undefined) return undefined;
    const asOfMs = this.#deps.businessTime.nowMs();
    const lists = await this.lists();
    const scope = { lists, accepts: isNoVehicle, cutoff: this.threshold, limit: LIMITS.matchResults };
    const found = await this.#find(customerQuery(customer), scope, signal);
    const aside = await this.#deps.whitelist.asideOf(customerId, asOfMs);
    const findings = found.findings.map((finding) => {
      const { listName, entryId } = finding.entry;
      return { ...finding, whitelisted: aside.has(`${listName}/${entryId}`) };
    });
    return { customer, asOfMs, lists, findings };
  }

  async #find(query: ScreeningQuery, scope: ScreeningScope, signal: AbortSignal): Promise<ScreeningResult> {
    const { screenSteps } = await import('../screening/screen.ts');
    const options = { limit: LIMITS.matchResults, threshold: scope.cutoff, accepts: scope.accepts };
    const hits: { readonly hit: ScreeningHit; readonly knownAtMs: number }[] = [];
    for (const version of scope.lists) {
      const steps = screenSteps(await this.#deps.indexes.of(version), query, options);
      let step = steps.next();
      while (step.done !== true) {
        await setImmediate();
        signal.throwIfAborted();
        step = steps.next();
      }
      hits.push(...step.value.map((hit) => ({ hit, knownAtMs: version.knownAtMs })));
    }
    hits.sort((one, other) => other.hit.score - one.hit.score);
    const findings = await Promise.all(hits.slice(0, scope.limit).map(findingOf));
    return { total: hits.length, findings };
  }
}

async function findingOf({ hit, knownAtMs }: { hit: ScreeningHit; knownAtMs: number }): Promise<ScreeningFinding> {
  const { explainNames } = await import('../screening/explain.ts');
  const { entry, score, features, queryName, matchedName, parsed } = hit;
  return {
    entry,
    knownAtMs,
    score,
    nameScore: nameScoreOf(features),
    features,
    queryName,
    matchedName,
    ...explainNames(parsed),
  };
}
