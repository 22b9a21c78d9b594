import { ConcordatError } from '../../../proto/domain/errors.ts';
import { meshRefusal } from '../errors.ts';

/** Error codes as they are written in this house; anything else from a peer is not passed on. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const CODE_CHARACTERS = 64;

/**
 * What a peer's refusal becomes here: its own code if it is one, MESH_REFUSED otherwise; with the detail `final` where
 * the peer said that it would refuse the same again.
 */
export function refusalOfPeer(code: string, isFinal = false): ConcordatError {
  const detail = isFinal ? { final: true } : {};
  if (code.length > CODE_CHARACTERS || !CODE.test(code)) return meshRefusal('MESH_REFUSED', { detail });
  return new ConcordatError(code, 'the peer refused', { detail });
}

/** Whether a refusal says of itself that the same request would be refused again. */
export function isFinal(error: unknown): boolean {
  return error instanceof ConcordatError && error.detail['final'] === true;
}

/** The code that an error is answered with: a refusal's own; of a fault only that there was one. */
export function codeFor(error: unknown): string {
  return error instanceof ConcordatError ? error.code : 'MESH_INTERNAL';
}
