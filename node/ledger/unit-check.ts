import { LIMITS } from '../../config/settings/limits.ts';
import { ledgerError } from './errors.ts';
import { LEDGER_SPACES, type LedgerWrite, type UnitOfWork } from './ledger.ts';

/** What a write or entry costs besides its texts and bytes. */
const OVERHEAD_BYTES = 128;
/** Slash and sequence behind the object in the audit index. */
const INDEX_SUFFIX_BYTES = 17;

/**
 * Checks a unit of work before anything of it is written, whatever the engine.
 * @returns its size in bytes, for the bounds of queues
 * @throws  LEDGER_KEY, LEDGER_SIZE
 */
export function checkUnit(unit: UnitOfWork): number {
  if (unit.writes.length + unit.audit.length > LIMITS.ledgerUnitWrites) throw tooLarge('unit');
  let bytes = 0;
  for (const write of unit.writes) bytes += checkWrite(write);
  for (const { object } of unit.audit) {
    checkText(object, LIMITS.ledgerKeyBytes - INDEX_SUFFIX_BYTES, 'audit');
    bytes += OVERHEAD_BYTES + object.length;
  }
  if (bytes > LIMITS.ledgerUnitBytes) throw tooLarge('unit');
  return bytes;
}

function checkWrite({ space, key, value }: LedgerWrite): number {
  // The ledger itself writes this index, from the audit entries of each unit.
  if (!Object.hasOwn(LEDGER_SPACES, space) || space === 'auditByObject')
    throw ledgerError('LEDGER_KEY', { detail: { part: 'space' } });
  checkText(key, LIMITS.ledgerKeyBytes, space);
  const valueBytes = value?.length ?? 0;
  if (valueBytes > LIMITS.ledgerValueBytes) throw tooLarge(space);
  return OVERHEAD_BYTES + key.length + valueBytes;
}

/** Text that is not well-formed would be stored as another text, and two keys would become one. */
function checkText(text: string, maximumBytes: number, part: string): void {
  if (text.length === 0 || !text.isWellFormed() || Buffer.byteLength(text) > maximumBytes)
    throw ledgerError('LEDGER_KEY', { detail: { part } });
}

function tooLarge(part: string): Error {
  return ledgerError('LEDGER_SIZE', { detail: { part } });
}
