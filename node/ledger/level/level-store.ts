import { Level } from 'level';
import { ledgerError } from '../errors.ts';
import { LEDGER_FORMAT_VERSION } from './format.ts';
import { metaKey } from './keys.ts';
import { findTableDamage } from '../../../config/runtime/level-tables/table-files.ts';

export type LedgerDatabase = Level<Buffer, Buffer>;
export type Snapshot = ReturnType<LedgerDatabase['snapshot']>;

export type Operation =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

const FORMAT_KEY = metaKey('format');
/** Uncompressed: most bytes are hashes, salts and, later, ciphertext, and table-files.ts reads the blocks. */
const SETTINGS = { keyEncoding: 'buffer', valueEncoding: 'buffer', compression: false } as const;

/**
 * Opens the engine's own folder, its tables checked first. Its lock keeps a second process out.
 * @throws LEDGER_LOCKED, LEDGER_CORRUPT, LEDGER_OPEN with the engine's error as cause
 */
export async function openDatabase(directory: string, create: boolean): Promise<LedgerDatabase> {
  const damage = await findTableDamage(directory);
  if (damage !== undefined) throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'table', ...damage } });
  const database: LedgerDatabase = new Level(directory, { ...SETTINGS, createIfMissing: create });
  try {
    await database.open();
    return database;
  } catch (cause) {
    const codes = codesOf(cause);
    if (codes.has('LEVEL_LOCKED')) throw ledgerError('LEDGER_LOCKED', { cause });
    if (codes.has('LEVEL_CORRUPTION')) throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'engine' }, cause });
    throw ledgerError('LEDGER_OPEN', { cause });
  }
}

/**
 * Notes the format in a new store, and refuses one that this version does not read.
 * @throws LEDGER_FORMAT, LEDGER_CORRUPT
 */
export async function checkFormat(database: LedgerDatabase, isNew: boolean): Promise<void> {
  const found = await database.get(FORMAT_KEY).catch((error: unknown) => {
    throw readFault(error);
  });
  if (found === undefined && isNew) {
    await database.put(FORMAT_KEY, Buffer.from(String(LEDGER_FORMAT_VERSION)), { sync: true });
    return;
  }
  const text = found?.toString() ?? '';
  if (!/^[1-9]\d{0,8}$/.test(text)) throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'format' } });
  if (Number(text) > LEDGER_FORMAT_VERSION) throw ledgerError('LEDGER_FORMAT', { detail: { found: Number(text) } });
}

/** Gives the engine's errors our codes; ours and those of others pass. */
export function readFault(error: unknown): unknown {
  const codes = codesOf(error);
  if (codes.has('LEVEL_CORRUPTION')) return ledgerError('LEDGER_CORRUPT', { detail: { part: 'table' }, cause: error });
  if (codes.has('LEVEL_DATABASE_NOT_OPEN') || codes.has('LEVEL_ITERATOR_NOT_OPEN'))
    return ledgerError('LEDGER_CLOSED', { cause: error });
  return error;
}

function codesOf(error: unknown): ReadonlySet<string> {
  const codes = new Set<string>();
  for (let fault = error; fault instanceof Error; fault = fault.cause)
    if ('code' in fault && typeof fault.code === 'string') codes.add(fault.code);
  return codes;
}
