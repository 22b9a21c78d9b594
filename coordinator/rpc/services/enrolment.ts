import { toHex } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { asBuffer } from '../../../proto/codec/envelope.ts';
import { fromWireStatement } from '../../../proto/codec/statement.ts';
import { boundedBytes, boundedText, exactBytes, safeInteger } from '../../../proto/codec/wire.ts';
import { asId } from '../../../proto/domain/ids.ts';
import {
  EnrolRequest,
  EnrolResponse,
  type EnrolmentServiceServer,
  type RenewRequest,
} from '../../../proto/gen/concordat/v1/enrolment.ts';
import { enrol, type Enrolment, type EnrolmentAnswer, type EnrolmentDesk } from '../../enrolment/enrol.ts';
import { type Renewal, type RenewalDesk, renew } from '../../enrolment/renew.ts';
import { coordinatorError } from '../../errors.ts';
import { unary } from '../adapt.ts';
import type { Guard, KnownCall } from '../call.ts';

/** The two calls that need no certificate: joining, and the next certificate of a member. */
export function enrolmentService(guard: Guard<KnownCall>, desk: EnrolmentDesk & RenewalDesk): EnrolmentServiceServer {
  return {
    enrol: unary(guard, 'Enrolment/Enrol', async (request: EnrolRequest) =>
      EnrolResponse.decode(await enrol(desk, readEnrolment(request))),
    ),
    renew: unary(guard, 'Enrolment/Renew', async (request: RenewRequest) => ({
      certificateChain: [asBuffer(await renew(desk, readRenewal(request)))],
    })),
  };
}

/** The answer as it is sent and kept: a repeated request gets the same bytes. */
export function encodeEnrolmentAnswer(memberAddress: string): (answer: EnrolmentAnswer) => Uint8Array {
  return ({ certificate, controlLogIndex }) =>
    EnrolResponse.encode({
      certificateChain: [asBuffer(certificate)],
      controlLogIndex: BigInt(controlLogIndex),
      memberAddress,
    }).finish();
}

/** Checks the sizes and forms of a request. @throws WIRE_FIELD, CALL_INVALID */
export function readEnrolment(request: EnrolRequest): Enrolment {
  if (request.nodeRecord === undefined) throw coordinatorError('CALL_INVALID', { detail: { field: 'node_record' } });
  return {
    token: exactBytes('token', request.token, 32),
    federationId: exactBytes('federation_id', request.federationId, 32),
    certificateRequest: boundedBytes('certificate_request', request.certificateRequest, LIMITS.certificateBytes),
    nodeRecord: fromWireStatement(request.nodeRecord, LIMITS),
    identityProof: exactBytes('identity_proof', request.identityProof, 64),
    sealingProof: exactBytes('sealing_proof', request.sealingProof, 32),
    requestHash: toHex(sha256(EnrolRequest.encode(request).finish())),
  };
}

/** @throws WIRE_FIELD */
function readRenewal(request: RenewRequest): Renewal {
  return {
    peerId: asId(boundedText('peer_id', request.peerId, 128, 1)),
    certificateRequest: boundedBytes('certificate_request', request.certificateRequest, LIMITS.certificateBytes),
    issuedAtMs: safeInteger('issued_at_ms', request.issuedAtMs),
    identityProof: exactBytes('identity_proof', request.identityProof, 64),
  };
}
