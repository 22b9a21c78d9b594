import { status } from '@grpc/grpc-js';
import { isRefusal } from '../../proto/domain/errors.ts';

/** What a caller learns: a status of gRPC and a public code, never a text, a detail or a stack. */
export type CallStatus = { readonly code: status; readonly details: string };

/** What a fault of ours is called towards callers. */
export const FAULT_CODE = 'INTERNAL';

const BY_CODE: Readonly<Record<string, status>> = {
  CALL_CERTIFICATE: status.UNAUTHENTICATED,
  CALL_BINDING: status.PERMISSION_DENIED,
  CALL_SUSPENDED: status.PERMISSION_DENIED,
  CALL_RATE: status.RESOURCE_EXHAUSTED,
  CALL_UNKNOWN: status.NOT_FOUND,
  COORDINATOR_BUSY: status.RESOURCE_EXHAUSTED,
  COORDINATOR_STOPPING: status.UNAVAILABLE,
  ENROL_TOKEN: status.PERMISSION_DENIED,
  RENEW_MEMBER: status.PERMISSION_DENIED,
  RENEW_PROOF: status.PERMISSION_DENIED,
  INGEST_GAP: status.FAILED_PRECONDITION,
  CRYPTO_PROOF: status.OUT_OF_RANGE,
};

const BY_PREFIX: readonly (readonly [prefix: string, code: status])[] = [
  ['STORE_', status.UNAVAILABLE],
  ['MEMBERSHIP_', status.FAILED_PRECONDITION],
];

/** The status for an error: refusals by their code, everything else as a fault without any text. */
export function statusOf(error: unknown): CallStatus {
  if (!isRefusal(error)) return { code: status.INTERNAL, details: FAULT_CODE };
  const byPrefix = BY_PREFIX.find(([prefix]) => error.code.startsWith(prefix))?.[1];
  return { code: BY_CODE[error.code] ?? byPrefix ?? status.INVALID_ARGUMENT, details: error.code };
}
