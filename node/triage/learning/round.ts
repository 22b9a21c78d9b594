/** Six significant digits of every number in a value: more would be noise of the last bits, which differ between machines. */
export function rounded<Value>(value: Value): Value {
  return roundedAny(value) as Value;
}

function roundedAny(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : Number(value.toPrecision(6));
  if (Array.isArray(value)) return value.map(roundedAny);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, roundedAny(inner)]));
}
