import { LIMITS } from '../../config/settings/limits.ts';
import type { StoreUnit } from './coordinator-store.ts';
import { storeError } from './errors.ts';

/** Bytes that a unit asks the store to write. @throws STORE_KEY when a key, value or the unit is over its bound */
export function checkUnit({ writes, conditions = [] }: StoreUnit): number {
  let bytes = 0;
  for (const { key } of [...writes, ...conditions]) {
    const length = Buffer.byteLength(key);
    if (length === 0 || length > LIMITS.ledgerKeyBytes || !key.isWellFormed()) throw storeError('STORE_KEY');
    bytes += length;
  }
  for (const { value, space } of writes) {
    if ((value?.length ?? 0) > LIMITS.ledgerValueBytes) throw storeError('STORE_KEY', { detail: { space } });
    bytes += value?.length ?? 0;
  }
  if (writes.length > LIMITS.ledgerUnitWrites || bytes > LIMITS.ledgerUnitBytes) throw storeError('STORE_KEY');
  return bytes;
}
