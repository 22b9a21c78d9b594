import { MOST_RESTRICTIVE, type Marking, type Viewer } from '../../proto/domain/marking.ts';
import { decodeJson, encodeJson } from './json-codec.ts';
import type { KeyRange, Ledger, LedgerSpace, LedgerWrite } from './ledger.ts';

export type CollectionDefinition<Value> = {
  readonly space: LedgerSpace;
  readonly keyOf: (value: Value) => string;
  readonly markingOf: (value: Value) => Marking;
  /** JSON with bigint and Uint8Array (json-codec.ts) unless given. */
  readonly encode?: (value: Value) => Uint8Array;
  /** Values of the ledger are trusted: whoever wrote them had parsed them. */
  readonly decode?: (bytes: Uint8Array) => Value;
};

/** The values of one space as one type. Writes go into units of work together with others; reads take a viewer. */
export type Collection<Value> = {
  readonly space: LedgerSpace;
  /** @throws LEDGER_VALUE for what cannot be encoded */
  put(value: Value, options?: { readonly ifAbsent?: boolean }): LedgerWrite;
  remove(key: string): LedgerWrite;
  get(ledger: Pick<Ledger, 'get'>, key: string, viewer: Viewer): Promise<Value | undefined>;
  /** The value with the marking under which it is kept. */
  find(
    ledger: Pick<Ledger, 'get'>,
    key: string,
    viewer: Viewer,
  ): Promise<{ readonly value: Value; readonly marking: Marking } | undefined>;
  /** As of the call, in key order; see Ledger.list. */
  list(ledger: Pick<Ledger, 'list'>, range: KeyRange, viewer: Viewer): AsyncIterable<Value>;
};

/** Declares how a type of value is kept in a space of the ledger. */
export function defineCollection<Value>(definition: CollectionDefinition<Value>): Collection<Value> {
  const { space, keyOf, markingOf, encode = encodeJson } = definition;
  const decode = definition.decode ?? ((bytes: Uint8Array): Value => decodeJson(bytes) as Value);
  return {
    space,
    put: (value, options = {}) => ({
      space,
      key: keyOf(value),
      value: encode(value),
      marking: markingOf(value),
      ...(options.ifAbsent === undefined ? {} : { ifAbsent: options.ifAbsent }),
    }),
    remove: (key) => ({ space, key, value: null, marking: MOST_RESTRICTIVE }),
    get: async (ledger, key, viewer) => {
      const record = await ledger.get(space, key, viewer);
      return record === undefined ? undefined : decode(record.value);
    },
    find: async (ledger, key, viewer) => {
      const record = await ledger.get(space, key, viewer);
      return record === undefined ? undefined : { value: decode(record.value), marking: record.marking };
    },
    list: (ledger, range, viewer) => decoded(ledger.list(space, range, viewer), decode),
  };
}

async function* decoded<Value>(
  records: AsyncIterable<{ readonly value: Uint8Array }>,
  decode: (bytes: Uint8Array) => Value,
): AsyncGenerator<Value> {
  for await (const { value } of records) yield decode(value);
}
