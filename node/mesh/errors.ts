import { ConcordatError, type ErrorDetail, type Verdict } from '../../proto/domain/errors.ts';

/** Refusals of the mesh. Codes that another node answered with are passed on as they came. */
export const MESH_ERRORS = {
  MESH_NOT_CONNECTED: 'the peer is not connected, or the two nodes have not greeted each other',
  MESH_STREAM: 'the connection ended before the answer came; the request may have been carried out',
  MESH_TIMEOUT: 'the peer did not answer in time; the request may have been carried out',
  MESH_BUSY: 'too many requests already wait for this peer',
  MESH_QUOTA: 'the quota that the peer grants for this kind of request is spent for now',
  MESH_REFUSED: 'the peer refused and named no code',
  MESH_NOT_SERVED: 'the peer does not answer this kind of request',
  MESH_INTERNAL: 'the peer failed for a reason of its own',
  MESH_ANSWER: 'the answer is not one to the question that was asked',
  MESH_OVERSIZE: 'a message is larger than its bound',
  MESH_ADDRESS: 'an address is not a TCP multiaddr',
  MESH_LISTEN:
    'the mesh cannot listen where mesh.listen says: another program has the port, or it is not of this machine',
  MESH_FEDERATION: 'the peer belongs to another federation',
  MESH_PEER_ID: 'the peer names another peer id than the connection proved',
  MESH_HELLO: 'the peer did not greet in the order or time of the protocol',
} as const;
export type MeshErrorCode = keyof typeof MESH_ERRORS;

/** Builds the refusal for a code; the text is the code's own. */
export function meshRefusal(
  code: MeshErrorCode,
  options: { detail?: ErrorDetail; verdict?: Verdict; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, MESH_ERRORS[code], options);
}
