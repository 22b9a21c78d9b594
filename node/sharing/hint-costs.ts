import type { Ledger } from '../ledger/ledger.ts';
import type { Budgets } from './budget.ts';
import { HINT_PERIOD } from './hint-draws.ts';

/** What hints have cost so far: accounts that paid, and what the account gave up that gave up most. */
export type HintCost = { readonly accounts: number; readonly mostSpent: number };

/** Sums up the accounts' budgets; read anew only when one was debited. */
export class HintCosts {
  readonly #ledger: Ledger;
  readonly #budgets: Budgets;
  #known: { readonly written: number; readonly cost: Promise<HintCost> } | undefined;

  constructor(ledger: Ledger, budgets: Budgets) {
    this.#ledger = ledger;
    this.#budgets = budgets;
  }

  now(): Promise<HintCost> {
    const written = this.#ledger.lastWritten('budget');
    if (this.#known?.written !== written) this.#known = { written, cost: this.#read() };
    return this.#known.cost;
  }

  async #read(): Promise<HintCost> {
    let accounts = 0;
    let mostSpent = 0;
    for await (const spent of this.#budgets.spentIn(HINT_PERIOD)) {
      accounts += 1;
      mostSpent = Math.max(mostSpent, spent);
    }
    return { accounts, mostSpent };
  }
}
