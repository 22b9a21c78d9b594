import { ConcordatError, type ErrorDetail, type Verdict } from '../proto/domain/errors.ts';

/** Refusals of the coordinator. What reaches a caller is the code; texts and details stay in log and audit. */
export const COORDINATOR_ERRORS = {
  COORDINATOR_BUSY: 'more work waits than the coordinator holds; try again later',
  COORDINATOR_STOPPING: 'the coordinator is stopping; try again later',
  COORDINATOR_HOME: 'the folder holds no coordinator, or one already',
  COORDINATOR_GENESIS: 'the genesis and the keys in the folder do not belong together',
  COORDINATOR_RUNNING: 'a coordinator runs in the folder, or has it open and does not answer',
  COORDINATOR_FILE: 'a file that the command names cannot be read or is not of the expected form',
  COORDINATOR_COMMAND: 'a command that is not known, or whose arguments are not of its form',
  CALL_CERTIFICATE: 'the caller shows no certificate of the federation that is valid now',
  CALL_BINDING: 'the certificate does not belong to the keys that the control log records for the caller',
  CALL_SUSPENDED: 'the caller is suspended',
  CALL_RATE: 'the caller makes more calls or streams than it may',
  CALL_INVALID: 'the request is not of its form',
  CALL_UNKNOWN: 'what the request names does not exist',
  ENROL_FEDERATION: 'the request is for another federation',
  ENROL_TOKEN: 'the token is not accepted',
  ENROL_RECORD: 'the node record, the certificate request and the keys do not belong together',
  ENROL_PROOF: 'a proof of possession does not hold',
  ENROL_MEMBER: 'the node is a member already, or its record is not accepted by the rules of membership',
  RENEW_MEMBER: 'the node is not a member, is suspended, or its certificate lapsed too long ago',
  RENEW_PROOF: 'the request for a new certificate is not signed by the member, or not of now',
  CA_REQUEST: 'a certificate is asked for that a rule of the authority refuses',
  INGEST_AUTHOR: 'the object is not by the member that sent it',
  INGEST_SIGNATURE: 'the signature does not hold over the header',
  INGEST_FEDERATION: 'the object is of another federation',
  INGEST_AUDIENCE: 'the coordinator is not in the audience of objects of this kind',
  INGEST_PAYLOAD: 'the payload is not the one that the header names',
  INGEST_INCARNATION: 'the object is of an incarnation that has ended or was not announced',
  INGEST_GAP: 'an object before this one has not arrived',
  INGEST_CHAIN: 'the object does not follow the one before',
  INGEST_EQUIVOCATION: 'another object of the author stands at this place',
  INGEST_EXPIRED: 'the object has expired',
  INGEST_FUTURE: 'the object is dated in the future',
  INGEST_EPOCH: 'the object names an epoch that has not begun',
  INGEST_GATEWAY: 'policy does not let objects of this kind go under this gateway',
  FLAGS_OFF: 'flags are off: policy, threshold or number of groups do not allow them',
  FLAGS_KEY: 'no erasure of the flag key of this epoch is in the control log',
  FLAGS_QUOTA: 'the agency has sent its quota of flags for this epoch',
  FLAGS_BATCH: 'the batch is not of the size that policy sets, or its items are not of one form',
} as const;
export type CoordinatorErrorCode = keyof typeof COORDINATOR_ERRORS;

/** Builds the refusal for a code; the text is the code's own, so that no value can slip into it. */
export function coordinatorError(
  code: CoordinatorErrorCode,
  options: { detail?: ErrorDetail; verdict?: Verdict; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, COORDINATOR_ERRORS[code], options);
}
