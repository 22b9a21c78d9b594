/** An exact fraction. */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint };

const DECIMAL = /^(\d{1,20})(?:\.(\d{1,40}))?$/;

/**
 * The exact value of a fraction, of a decimal text ("0.25") or of a number (the binary value that it holds, so that
 * what was debited and what is drawn are one number), in lowest terms. Undefined unless it is finite and positive.
 */
export function positiveRational(value: Rational | string | number): Rational | undefined {
  const exact = typeof value === 'object' ? value : typeof value === 'string' ? ofDecimal(value) : ofNumber(value);
  if (exact === undefined || exact.numerator <= 0n || exact.denominator <= 0n) return undefined;
  const divisor = greatestCommonDivisor(exact.numerator, exact.denominator);
  return { numerator: exact.numerator / divisor, denominator: exact.denominator / divisor };
}

/** The nearest number, or its neighbour. */
export function toNumber({ numerator, denominator }: Rational): number {
  // Scaled so that the quotient keeps 64 bits or more before it is rounded.
  const shift = BigInt(Math.max(0, 64 + denominator.toString(2).length - numerator.toString(2).length));
  return Number((numerator << shift) / denominator) / 2 ** Number(shift);
}

function ofDecimal(text: string): Rational | undefined {
  const [, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === '') return undefined;
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

/** Every finite double is an integer over a power of two: doubling it is exact until it is one. */
function ofNumber(value: number): Rational | undefined {
  if (!Number.isFinite(value)) return undefined;
  let [scaled, denominator] = [value, 1n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestCommonDivisor(other, one % other);
}
