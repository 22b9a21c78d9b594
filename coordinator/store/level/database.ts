import { Level } from 'level';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { type StoreErrorCode, storeError } from '../errors.ts';

/** The engine, keys and values as bytes. */
export type StoreDatabase = Level<Uint8Array, Uint8Array>;

export type StoreOperation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

/** @throws STORE_LOCKED, STORE_OPEN (also on a full disk: the engine cannot even be opened to read) */
export async function openDatabase(directory: string): Promise<StoreDatabase> {
  const database: StoreDatabase = new Level(directory, { keyEncoding: 'view', valueEncoding: 'view' });
  try {
    await database.open();
    return database;
  } catch (cause) {
    const code = reasonOf(cause) === 'LEVEL_LOCKED' ? 'STORE_LOCKED' : 'STORE_OPEN';
    throw storeError(code, { cause });
  }
}

/** An error of the engine under our code. */
export function engineError(error: unknown, code: StoreErrorCode): unknown {
  if (isRefusal(error)) return error;
  const reason = reasonOf(error);
  if (reason === 'LEVEL_CORRUPTION') return storeError('STORE_CORRUPT', { cause: error });
  if (reason === 'LEVEL_DATABASE_NOT_OPEN' || reason === 'LEVEL_ITERATOR_NOT_OPEN') return storeError('STORE_CLOSED');
  return storeError(code, { cause: error });
}

function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return cause.code;
  return 'code' in error ? error.code : undefined;
}
