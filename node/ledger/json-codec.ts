import { ledgerError } from './errors.ts';

const BIGINT = '$bigint';
const BYTES = '$bytes';

/**
 * JSON in UTF-8 that also keeps bigint and Uint8Array, as `{"$bigint": "12"}` and `{"$bytes": "<base64url>"}`.
 * Own keys that begin with `$` are written with one more, so that text from outside cannot pass for either.
 * A property that is undefined is left out.
 * @throws LEDGER_VALUE for what JSON would silently change: numbers that are not finite, dates, maps, functions
 */
export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(toPlain(value)));
}

/** Reads what encodeJson wrote. @throws LEDGER_VALUE */
export function decodeJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch (cause) {
    throw ledgerError('LEDGER_VALUE', { cause });
  }
  return text.includes('"$') ? fromPlain(plain) : plain;
}

/** Returns the value itself where nothing in it must be written otherwise; copying would be most of the work. */
function toPlain(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw ledgerError('LEDGER_VALUE');
      return value;
    case 'bigint':
      return { [BIGINT]: value.toString() };
    case 'object':
      if (value === null) return value;
      if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64url') };
      return Array.isArray(value) ? plainArray(value) : plainObject(value);
    case 'function':
    case 'symbol':
      throw ledgerError('LEDGER_VALUE');
  }
}

function plainArray(values: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [place, item] of values.entries()) {
    const plain = toPlain(item);
    if (plain !== item) copy ??= values.slice(0, place);
    copy?.push(plain);
  }
  return copy ?? values;
}

function plainObject(value: object): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw ledgerError('LEDGER_VALUE');
  const properties = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(value);
  let copy: [string, unknown][] | undefined;
  for (let place = 0; place < keys.length; place += 1) {
    const key = keys[place] ?? '';
    const plain = toPlain(properties[key]);
    const isReserved = key.startsWith('$');
    if (isReserved || plain !== properties[key])
      copy ??= keys.slice(0, place).map((earlier) => [earlier, properties[earlier]]);
    copy?.push([isReserved ? `$${key}` : key, plain]);
  }
  return copy === undefined ? value : Object.fromEntries(copy);
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, text] = []] = entries;
  if (entries.length === 1 && typeof text === 'string') {
    if (name === BIGINT) return toBigInt(text);
    if (name === BYTES) return new Uint8Array(Buffer.from(text, 'base64url'));
  }
  return Object.fromEntries(entries.map(([key, item]) => [key.startsWith('$') ? key.slice(1) : key, fromPlain(item)]));
}

function toBigInt(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw ledgerError('LEDGER_VALUE');
  return BigInt(text);
}
