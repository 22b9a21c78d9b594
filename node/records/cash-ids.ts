import { toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { CashMovement } from '../../proto/domain/records.ts';
import type { CashRow } from '../formats/tables/cash.ts';

/** Files are in order of time, nearly: so many days back equal rows are still told apart. */
const REMEMBERED_DAYS = 40;

/**
 * Gives movements the id that their source does not: of the row's content and, as two equal withdrawals on one day
 * are two, of how many equal rows came before it. Reading the same file again gives the same ids.
 */
export class CashIdentifier {
  readonly #days = new Map<string, Map<string, number>>();

  identify(row: CashRow): CashMovement {
    const content = [row.bookedAt, row.accountId, row.direction, row.kind, row.amountMinor, row.currency].join(
      '\u001f',
    );
    const seen = this.#day(row.bookedAt.slice(0, 10));
    const before = seen.get(content) ?? 0;
    seen.set(content, before + 1);
    const text = before === 0 ? content : `${content}\u001f${before}`;
    return { cashId: toHex(sha256(utf8(text)).subarray(0, 12)), ...row };
  }

  #day(day: string): Map<string, number> {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const [oldest] = this.#days.keys();
    if (oldest !== undefined && this.#days.size >= REMEMBERED_DAYS) this.#days.delete(oldest);
    const fresh = new Map<string, number>();
    this.#days.set(day, fresh);
    return fresh;
  }
}
