import { LIMITS } from '../../config/settings/limits.ts';
import { randomisedResponse } from '../../crypto/noise/randomised-response.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { HintPolicy } from '../../proto/domain/policy.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import type { Budgets, Debit } from './budget.ts';
import { MEMBERS } from './markings.ts';
import { mapInTurns } from './yielding.ts';

export type HintDrawsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly budgets: Budgets;
  /** Key of the agency, one for all of its nodes and kept in its backups: a new key would be a new draw. */
  readonly drawKey: Uint8Array;
};

/** An account and the bucket that it stands in now. */
export type Standing = { readonly accountId: string; readonly bucket: number };

const ROUND = 1;

/**
 * What is shown of each account: a keyed function of account, bucket, round, epsilon and number of buckets, so that
 * repeating it to every peer and in every epoch tells nothing more. What was not shown before is a new draw, debited to
 * the account in the same commit that notes it, before it is told to anybody.
 */
export class HintDraws {
  readonly #deps: HintDrawsDeps;

  constructor(deps: HintDrawsDeps) {
    this.#deps = deps;
  }

  /**
   * The bucket to show for each account. Where the account's budget does not allow a new draw, the last one under the
   * same policy is repeated; an account without one is left out.
   */
  async show(standings: readonly Standing[], policy: HintPolicy): Promise<ReadonlyMap<string, number>> {
    const shown = new Map<string, number>();
    const fresh: Standing[] = [];
    for (const standing of standings) {
      const answer = await this.#read(placeOf(standing, policy));
      if (answer === undefined) fresh.push(standing);
      else shown.set(standing.accountId, answer);
    }
    const debits = await mapInTurns(fresh, LIMITS.directEvaluations, (standing) => this.#draw(standing, policy));
    const granted = await this.#deps.budgets.debitEach(
      debits.map(({ debit }) => debit),
      policy.budgetPerAccount,
    );
    for (const { accountId, answer } of debits) {
      const told = granted.has(accountId) ? answer : await this.#read(lastOf(accountId, policy));
      if (told !== undefined) shown.set(accountId, told);
    }
    return shown;
  }

  #draw(
    { accountId, bucket }: Standing,
    policy: HintPolicy,
  ): { readonly accountId: string; readonly answer: number; readonly debit: Debit } {
    const { buckets, epsilon } = policy;
    const answer = randomisedResponse({ key: this.#deps.drawKey, accountId, bucket, buckets, epsilon, round: ROUND });
    const value = Buffer.from(String(answer));
    const writes = [placeOf({ accountId, bucket }, policy), lastOf(accountId, policy)].map((key): LedgerWrite => ({
      space: 'hintDraw',
      key,
      value,
      marking: MEMBERS,
    }));
    const key = { family: 'hint', subject: accountId, period: 'ever' };
    return { accountId, answer, debit: { key, amount: epsilon, writes } };
  }

  async #read(key: string): Promise<number | undefined> {
    const record = await this.#deps.ledger.get('hintDraw', key, this.#deps.viewer);
    return record === undefined ? undefined : Number(Buffer.from(record.value).toString());
  }
}

/** Another epsilon or number of buckets is another draw. */
function placeOf({ accountId, bucket }: Standing, policy: HintPolicy): string {
  return `${nameOf(policy)}/${bucket}/${accountId}`;
}

function lastOf(accountId: string, policy: HintPolicy): string {
  return `${nameOf(policy)}/last/${accountId}`;
}

function nameOf({ buckets, epsilon }: HintPolicy): string {
  return `${ROUND}/${epsilon}/${buckets}`;
}
