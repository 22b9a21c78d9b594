import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import { sharingRefusal } from './refusal.ts';

/** What a debit is for: a family, within it a subject, and the period after which it begins anew. */
export type BudgetKey = { readonly family: string; readonly subject: string; readonly period: string };

/**
 * Privacy budgets and quotas, kept in the ledger: a debit is durable before anything that it pays for is drawn or
 * answered, survives restart and restore, and is refused once the limit would be passed.
 */
export class Budgets {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;
  readonly #mutex = new KeyedMutex();

  constructor(ledger: Ledger, viewer: Viewer) {
    this.#ledger = ledger;
    this.#viewer = viewer;
  }

  async spent(key: BudgetKey): Promise<number> {
    const record = await this.#ledger.get('budget', text(key), this.#viewer);
    return record === undefined ? 0 : Number(Buffer.from(record.value).toString());
  }

  /**
   * @param limit what the period allows in all, in the unit of the amount
   * @throws SHARING_BUDGET, or the code given, when the limit would be passed; nothing is debited then
   */
  async debit(
    key: BudgetKey,
    amount: number,
    limit: number,
    code: 'SHARING_BUDGET' | 'SHARING_QUOTA' = 'SHARING_BUDGET',
  ): Promise<void> {
    await this.#mutex.run(text(key), async () => {
      const spent = (await this.spent(key)) + amount;
      // A sum of doubles may pass a limit by rounding alone; a part in 10^9 of it is forgiven.
      if (spent > limit * (1 + 1e-9)) throw sharingRefusal(code, 'ignore', { family: key.family, limit });
      const value = Buffer.from(String(spent));
      await this.#ledger.commit({ writes: [{ space: 'budget', key: text(key), value, marking: MEMBERS }], audit: [] });
    });
  }
}

function text({ family, subject, period }: BudgetKey): string {
  return `${family}/${period}/${subject}`;
}
