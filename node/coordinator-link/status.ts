import { type ServiceError, status } from '@grpc/grpc-js';
import { ConcordatError, isRefusal } from '../../proto/domain/errors.ts';
import { type LinkErrorCode, linkRefusal } from './errors.ts';

/** Error codes as they are written in this house; anything else is not passed on. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const CODE_CHARACTERS = 64;

const BY_STATUS: ReadonlyMap<status, LinkErrorCode> = new Map([
  [status.UNAVAILABLE, 'LINK_AWAY'],
  [status.DEADLINE_EXCEEDED, 'LINK_AWAY'],
  [status.CANCELLED, 'LINK_AWAY'],
  // How grpc-js reports a connection that broke in the middle of an answer.
  [status.INTERNAL, 'LINK_AWAY'],
  [status.UNAUTHENTICATED, 'LINK_DENIED'],
  [status.PERMISSION_DENIED, 'LINK_DENIED'],
  [status.RESOURCE_EXHAUSTED, 'LINK_OVERSIZE'],
]);

/** A refusal of an object for good, with the coordinator's code, or LINK_REFUSED when that is none. */
export function finalRefusal(code: string): ConcordatError {
  return isCode(code)
    ? new ConcordatError(code, 'the coordinator refused', { verdict: 'reject' })
    : linkRefusal('LINK_REFUSED', { verdict: 'reject' });
}

/** What a call that failed becomes here: the code that the coordinator gave as details, else by gRPC's status. */
export function refusalOfCall(error: unknown): ConcordatError {
  if (isRefusal(error)) return error;
  if (!isServiceError(error)) return linkRefusal('LINK_ANSWER', { cause: error });
  if (isCode(error.details)) return new ConcordatError(error.details, 'the coordinator refused');
  return linkRefusal(BY_STATUS.get(error.code) ?? 'LINK_REFUSED', { cause: error });
}

function isCode(text: string): boolean {
  return text.length <= CODE_CHARACTERS && CODE.test(text);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}
