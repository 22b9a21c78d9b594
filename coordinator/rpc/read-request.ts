import { LIMITS } from '../../config/settings/limits.ts';
import { safeInteger } from '../../proto/codec/wire.ts';
import type { LogName } from '../log/tree-log.ts';
import { LOG_NAMES } from '../log/tree-log.ts';
import { coordinatorError } from '../errors.ts';

/** Which log a request means. Numbers on the wire are places in the list, from 1. @throws CALL_INVALID */
export function readLogName(number: number): LogName {
  const name = LOG_NAMES[number - 1];
  if (name === undefined) throw coordinatorError('CALL_INVALID', { detail: { field: 'log' } });
  return name;
}

/** A position or size. @throws WIRE_FIELD */
export function readPosition(field: string, value: bigint): number {
  return safeInteger(field, value);
}

/** Multiaddrs as a member says it listens: looked at as text, since only its peers dial them. @throws CALL_INVALID */
export function readAddresses(addresses: readonly string[]): readonly string[] {
  const fits =
    addresses.length <= LIMITS.addressesPerPeer &&
    addresses.every(
      (address) => address.length <= LIMITS.addressCharacters && /^(\/[\x21-\x2e\x30-\x7e]+)+$/.test(address),
    );
  if (!fits) throw coordinatorError('CALL_INVALID', { detail: { field: 'addresses' } });
  return addresses;
}
