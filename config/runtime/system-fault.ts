import { ConcordatError } from '../../proto/domain/errors.ts';
import type { CONFIG_ERRORS } from '../errors.ts';

const ADDRESS_ERRNOS: ReadonlySet<string> = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES']);

/**
 * What an operating system's error means to whoever runs a program: an address that cannot be listened on, or a file
 * that cannot be used. Undefined for any other error.
 * @returns SYSTEM_ADDRESS or SYSTEM_FILE, with the address or the path and the system's own name of the error
 */
export function systemFault(error: unknown): ConcordatError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const errno = String(error.code);
  if (error.syscall === 'listen' && ADDRESS_ERRNOS.has(errno)) {
    const address = 'port' in error && 'address' in error ? `${String(error.address)}:${String(error.port)}` : 'it';
    const message = `cannot listen on ${address} (${errno}): choose another port, 0 takes any free one`;
    return new ConcordatError('SYSTEM_ADDRESS' satisfies SystemCode, message, { cause: error });
  }
  if (!('path' in error)) return undefined;
  const message = `cannot read or write ${String(error.path)} (${errno})`;
  return new ConcordatError('SYSTEM_FILE' satisfies SystemCode, message, { cause: error });
}

type SystemCode = keyof typeof CONFIG_ERRORS;
