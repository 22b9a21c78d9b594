import { LIMITS } from '../../../config/settings/limits.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { formatError } from '../errors.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { type BookedTimes, bookedTimes, isPartialDay, parseDay } from '../dates.ts';
import type { FaultCode } from '../faults.ts';
import { isAgencyName, isIdentifier } from '../ids.ts';
import { cleanText } from '../text.ts';

/** Up to 18 digits: exact as 64-bit integers everywhere that the amount may go. */
const MINOR = /^-?\d{1,18}$/;
const CURRENCY = /^[A-Z]{3}$/;

/**
 * One record of a table, read by column name. Each reader checks its cell and refuses the row with ROW_INVALID naming
 * the column; the value is never repeated. Columns that the file lacks read as empty.
 */
export class Row {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #cells: readonly string[];

  constructor(positions: ReadonlyMap<string, number>, cells: readonly string[]) {
    this.#positions = positions;
    this.#cells = cells;
  }

  /** A cleaned text, null when empty. */
  optional(column: string, maximumCharacters: number = LIMITS.alertNameCharacters): string | null {
    const cell = this.#cell(column);
    if (cell === '') return null;
    if (cell.length > maximumCharacters) throw refusal(column, 'too_long');
    const text = cleanText(cell);
    return text === '' ? null : text;
  }

  text(column: string): string {
    return this.optional(column) ?? fail(column, 'missing');
  }

  identifier<Id extends string>(column: string): Id {
    const cell = this.#cell(column);
    if (isIdentifier(cell)) return asId<Id>(cell);
    throw refusal(column, cell === '' ? 'missing' : 'format');
  }

  agency<Id extends string>(column: string): Id {
    const cell = this.#cell(column);
    if (isAgencyName(cell)) return asId<Id>(cell);
    throw refusal(column, cell === '' ? 'missing' : 'format');
  }

  /** A list in one cell, parted by semicolons. */
  list(column: string): readonly string[] {
    const cell = this.optional(column, LIMITS.alertTextCharacters);
    if (cell === null) return [];
    const items = cell.split(';').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }

  /** Dates that may lack day or month, YYYY-MM-DD, YYYY-MM or YYYY, parted by semicolons. */
  partialDays(column: string): readonly string[] {
    const days = this.list(column);
    if (days.every(isPartialDay)) return days;
    throw refusal(column, 'date');
  }

  /** YYYY-MM-DD, null when empty. */
  day(column: string): string | null {
    const cell = this.#cell(column);
    if (cell === '') return null;
    if (parseDay(cell) === undefined) throw refusal(column, 'date');
    return cell;
  }

  booked(column: string): BookedTimes & { readonly bookedAt: string } {
    const cell = this.#cell(column);
    const times = bookedTimes(cell);
    if (times === undefined) throw refusal(column, cell === '' ? 'missing' : 'date');
    return { bookedAt: cell, ...times };
  }

  /** An amount in minor units, below zero too, null when empty. */
  balance(column: string): bigint | null {
    const cell = this.#cell(column);
    if (cell === '') return null;
    if (!MINOR.test(cell)) throw refusal(column, 'format');
    return BigInt(cell);
  }

  /** An amount in minor units, zero or more. */
  amount(column: string): bigint {
    const minor = this.balance(column) ?? fail(column, 'missing');
    return minor < 0n ? fail(column, 'range') : minor;
  }

  currency(column: string): string {
    const cell = this.#cell(column);
    if (CURRENCY.test(cell)) return cell;
    throw refusal(column, cell === '' ? 'missing' : 'format');
  }

  choice<Choice extends string>(column: string, choices: readonly Choice[]): Choice {
    return this.optionalChoice(column, choices) ?? fail(column, 'missing');
  }

  optionalChoice<Choice extends string>(column: string, choices: readonly Choice[]): Choice | null {
    const cell = this.#cell(column);
    if (cell === '') return null;
    return choices.find((choice) => choice === cell) ?? fail(column, 'choice');
  }

  #cell(column: string): string {
    const position = this.#positions.get(column);
    return position === undefined ? '' : (this.#cells[position] ?? '').trim();
  }
}

function refusal(field: string, code: FaultCode): ConcordatError {
  return formatError('ROW_INVALID', { detail: { field, code } });
}

function fail(field: string, code: FaultCode): never {
  throw refusal(field, code);
}
