import { LIMITS } from '../../config/settings/limits.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import { sharingRefusal } from './refusal.ts';

/** What a debit is for: a family, within it a subject, and the period after which it begins anew. */
export type BudgetKey = { readonly family: string; readonly subject: string; readonly period: string };

/** A debit and what it pays for, which is written in the same commit. */
export type Debit = { readonly key: BudgetKey; readonly amount: number; readonly writes: readonly LedgerWrite[] };

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

  /** What each subject of a family has spent in a period. */
  async *spentIn({ family, period }: Pick<BudgetKey, 'family' | 'period'>): AsyncIterable<number> {
    for await (const { value } of this.#ledger.list('budget', { prefix: `${family}/${period}/` }, this.#viewer))
      yield Number(Buffer.from(value).toString());
  }

  /**
   * @param limit what the period allows in all, in the unit of the amount
   * @throws SHARING_BUDGET when the limit would be passed; nothing is debited then
   */
  debit(key: BudgetKey, amount: number, limit: number): Promise<void> {
    return this.debitAll([{ key, amount, limit }], 'SHARING_BUDGET');
  }

  /**
   * Debits several at once, or none.
   * @throws the code given, when one limit would be passed
   */
  async debitAll(
    debits: readonly { readonly key: BudgetKey; readonly amount: number; readonly limit: number }[],
    code: 'SHARING_BUDGET' | 'SHARING_QUOTA',
  ): Promise<void> {
    await this.#mutex.run('budgets', async () => {
      const writes: LedgerWrite[] = [];
      for (const { amount, key, limit } of debits) {
        const spent = (await this.spent(key)) + amount;
        if (isOver(spent, limit)) throw sharingRefusal(code, 'ignore', { family: key.family, limit });
        writes.push(debitWrite(key, spent));
      }
      await this.#ledger.commit({ writes, audit: [] });
    });
  }

  /**
   * Debits one subject after another of one family, as far as each one's limit allows; many in one commit.
   * @param entryOf audit entry of a commit that debits so many
   * @returns subjects debited
   */
  async debitEach(
    debits: readonly Debit[],
    limit: number,
    entryOf: (subjects: number) => AuditEntry,
  ): Promise<ReadonlySet<string>> {
    const granted = new Set<string>();
    for (let start = 0; start < debits.length; start += LIMITS.hintDrawsPerUnit) {
      const part = debits.slice(start, start + LIMITS.hintDrawsPerUnit);
      for (const subject of await this.#mutex.run('budgets', () => this.#debitPart(part, limit, entryOf)))
        granted.add(subject);
    }
    return granted;
  }

  async #debitPart(
    debits: readonly Debit[],
    limit: number,
    entryOf: (subjects: number) => AuditEntry,
  ): Promise<readonly string[]> {
    const writes = new Map<string, LedgerWrite[]>();
    const granted: string[] = [];
    for (const { amount, key, writes: together } of debits) {
      if (writes.has(text(key))) continue;
      const spent = (await this.spent(key)) + amount;
      if (isOver(spent, limit)) continue;
      writes.set(text(key), [debitWrite(key, spent), ...together]);
      granted.push(key.subject);
    }
    const audit = [entryOf(granted.length)];
    if (granted.length > 0) await this.#ledger.commit({ writes: [...writes.values()].flat(), audit });
    return granted;
  }
}

/** A sum of doubles may pass a limit by rounding alone; a part in 10^9 of it is forgiven. */
function isOver(spent: number, limit: number): boolean {
  return spent > limit * (1 + 1e-9);
}

function debitWrite(key: BudgetKey, spent: number): LedgerWrite {
  return { space: 'budget', key: text(key), value: Buffer.from(String(spent)), marking: MEMBERS };
}

function text({ family, subject, period }: BudgetKey): string {
  return `${family}/${period}/${subject}`;
}
