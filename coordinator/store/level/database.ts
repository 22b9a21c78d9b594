import { Level } from 'level';
import { findTableDamage } from '../../../config/runtime/level-tables/table-files.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { type StoreErrorCode, storeError } from '../errors.ts';

/** The engine, keys and values as bytes. */
export type StoreDatabase = Level<Uint8Array, Uint8Array>;

export type StoreOperation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

const SETTINGS = { keyEncoding: 'view', valueEncoding: 'view', compression: false } as const;

/** @throws STORE_CORRUPT, STORE_LOCKED, STORE_OPEN (also on a full disk: the engine cannot even be opened to read) */
export async function openDatabase(directory: string): Promise<StoreDatabase> {
  // A damaged block would end the process inside the engine, at each start, so the tables are read first; they are
  // left uncompressed for that.
  const damage = await findTableDamage(directory);
  if (damage !== undefined) throw storeError('STORE_CORRUPT', { detail: { part: 'table', ...damage } });
  const database: StoreDatabase = new Level(directory, { ...SETTINGS });
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
