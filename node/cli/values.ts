import { InvalidArgumentError } from 'commander';

/** Collects an option that may be given more than once. */
export function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A whole number above zero. */
export function integerOption(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('a whole number above zero is needed.');
  return Number(value);
}

/** A day, YYYY-MM-DD. */
export function dayOption(value: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value)
    throw new InvalidArgumentError('a day is needed, YYYY-MM-DD.');
  return value;
}

/** A share or probability, 0 to 1. */
export function shareOption(value: string): number {
  return numberWithin(value, 1);
}

/** A risk score, 0 to 100. */
export function scoreOption(value: string): number {
  return numberWithin(value, 100);
}

function numberWithin(value: string, most: number): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= most)) throw new InvalidArgumentError(`a number from 0 to ${most} is needed.`);
  return number;
}
