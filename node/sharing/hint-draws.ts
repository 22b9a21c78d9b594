import { LIMITS } from '../../config/settings/limits.ts';
import { randomisedResponse } from '../../crypto/noise/randomised-response.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { HintPolicy } from '../../proto/domain/policy.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import type { BudgetKey, Budgets, Debit } from './budget.ts';
import { MEMBERS } from './markings.ts';
import { mapInTurns } from './yielding.ts';

export type HintDrawsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly budgets: Budgets;
  readonly clock: Clock;
  /** Key of the agency, one for all of its nodes and kept in its backups: a new key would be a new draw. */
  readonly drawKey: Uint8Array;
};

/** An account and the bucket that it stands in now. */
export type Standing = { readonly accountId: string; readonly bucket: number };

/** What a draw is for: nobody's answer in one round stands in for another's. */
export type DrawTerms = Pick<HintPolicy, 'buckets' | 'budgetPerAccount' | 'epsilon'> & {
  /** 1 or 2. */
  readonly round: number;
  readonly epoch: number;
};

/**
 * What is shown of each account: a keyed function of account, bucket, round, epsilon and number of buckets, so that
 * repeating it to every peer and in every epoch tells nothing more. What was not shown before in this round is a new
 * draw, debited to the account in the same commit that notes it, before it is told to anybody. An account has one
 * budget for all rounds.
 */
export class HintDraws {
  readonly #deps: HintDrawsDeps;

  constructor(deps: HintDrawsDeps) {
    this.#deps = deps;
  }

  /**
   * The bucket to show for each account. Where the account's budget does not allow a new draw, the last one under the
   * same terms is repeated; an account without one is left out.
   */
  async show(standings: readonly Standing[], terms: DrawTerms): Promise<ReadonlyMap<string, number>> {
    const shown = new Map<string, number>();
    const fresh: Standing[] = [];
    for (const standing of standings) {
      const answer = await this.#read(placeOf(standing, terms));
      if (answer === undefined) fresh.push(standing);
      else shown.set(standing.accountId, answer);
    }
    const debits = await mapInTurns(fresh, LIMITS.directEvaluations, (standing) => this.#draw(standing, terms));
    const granted = await this.#deps.budgets.debitEach(
      debits.map(({ debit }) => debit),
      terms.budgetPerAccount,
      (accounts) => this.#entry(accounts, terms),
    );
    for (const { accountId, answer } of debits) {
      const told = granted.has(accountId) ? answer : await this.#read(lastOf(accountId, terms));
      if (told !== undefined) shown.set(accountId, told);
    }
    return shown;
  }

  #draw(
    { accountId, bucket }: Standing,
    terms: DrawTerms,
  ): { readonly accountId: string; readonly answer: number; readonly debit: Debit } {
    const { buckets, epsilon, round } = terms;
    const answer = randomisedResponse({ key: this.#deps.drawKey, accountId, bucket, buckets, epsilon, round });
    const value = Buffer.from(String(answer));
    const writes = [placeOf({ accountId, bucket }, terms), lastOf(accountId, terms)].map((key): LedgerWrite => ({
      space: 'hintDraw',
      key,
      value,
      marking: MEMBERS,
    }));
    return { accountId, answer, debit: { key: hintBudget(accountId), amount: epsilon, writes } };
  }

  /** Says how many accounts paid how much, and names none. */
  #entry(accounts: number, { epoch, epsilon, round }: DrawTerms): AuditEntry {
    const versions = { round: String(round), epsilon: String(epsilon), accounts: String(accounts) };
    return sharingEntry(this.#deps.clock.nowMs(), 'sharing', 'hints.drawn', `epoch:${epoch}`, { versions });
  }

  async #read(key: string): Promise<number | undefined> {
    const record = await this.#deps.ledger.get('hintDraw', key, this.#deps.viewer);
    return record === undefined ? undefined : Number(Buffer.from(record.value).toString());
  }
}

/** What accounts give up by being hinted at, over all peers, epochs and rounds. */
export const HINT_PERIOD = { family: 'hint', period: 'ever' } as const;

function hintBudget(accountId: string): BudgetKey {
  return { ...HINT_PERIOD, subject: accountId };
}

/** Another round, epsilon or number of buckets is another draw. */
function placeOf({ accountId, bucket }: Standing, terms: DrawTerms): string {
  return `${nameOf(terms)}/${bucket}/${accountId}`;
}

function lastOf(accountId: string, terms: DrawTerms): string {
  return `${nameOf(terms)}/last/${accountId}`;
}

function nameOf({ buckets, epsilon, round }: DrawTerms): string {
  return `${round}/${epsilon}/${buckets}`;
}
