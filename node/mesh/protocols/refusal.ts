import { ConcordatError } from '../../../proto/domain/errors.ts';
import { meshRefusal } from '../errors.ts';

/** Error codes as they are written in this house; anything else from a peer is not passed on. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const CODE_CHARACTERS = 64;

/** What a peer's refusal becomes here: its own code if it is one, MESH_REFUSED otherwise. */
export function refusalOfPeer(code: string): ConcordatError {
  if (code.length > CODE_CHARACTERS || !CODE.test(code)) return meshRefusal('MESH_REFUSED');
  return new ConcordatError(code, 'the peer refused');
}

/** The code that an error is answered with: a refusal's own; of a fault only that there was one. */
export function codeFor(error: unknown): string {
  return error instanceof ConcordatError ? error.code : 'MESH_INTERNAL';
}
