import { LIMITS } from '../../config/settings/limits.ts';
import { asBuffer } from '../../proto/codec/envelope.ts';
import { boundedBytes, boundedList, exactBytes } from '../../proto/codec/wire.ts';
import { LogName as WireLogName } from '../../proto/gen/concordat/v1/log.ts';
import { linkRefusal } from './errors.ts';
import type { Session } from './session.ts';
import { callUnary } from './unary.ts';

/** The coordinator's two logs. */
export type LogName = 'control' | 'indicators';

/**
 * Reads of the coordinator's logs, and this member's cosignature on a checkpoint. Nothing is believed here: proofs and
 * signatures are for the caller to check. Each throws LINK_AWAY, LINK_DENIED, LINK_ANSWER, WIRE_* or the
 * coordinator's code.
 */
export type LogCalls = {
  /** The latest signed checkpoint, as a note. */
  checkpoint(log: LogName): Promise<Uint8Array>;
  /** At most `count` leaves from an index on; fewer at the end and where they are large. */
  entries(log: LogName, start: number, count: number): Promise<readonly Uint8Array[]>;
  inclusionProof(log: LogName, index: number, treeSize: number): Promise<readonly Uint8Array[]>;
  consistencyProof(log: LogName, oldSize: number, newSize: number): Promise<readonly Uint8Array[]>;
  cosign(log: LogName, checkpoint: Uint8Array, cosignature: Uint8Array): Promise<void>;
};

/** More than log2 of any tree that fits memory. */
const PROOF_HASHES = 64;
const HASH_BYTES = 32;

const WIRE_NAMES = { control: WireLogName.LOG_NAME_CONTROL, indicators: WireLogName.LOG_NAME_INDICATORS } as const;

/** Each call goes over whatever session is the present one when it begins. */
export function logCalls(during: <Result>(call: (session: Session) => Promise<Result>) => Promise<Result>): LogCalls {
  return {
    checkpoint: (log) =>
      during(async ({ log: client }) => {
        const { checkpoint } = await callUnary(client.getCheckpoint.bind(client), { log: WIRE_NAMES[log] });
        return boundedBytes('checkpoint', checkpoint, LIMITS.checkpointBytes);
      }),
    entries: (log, start, count) =>
      during(async ({ log: client }) => {
        const asked = Math.min(count, LIMITS.logEntriesPerCall);
        const request = { log: WIRE_NAMES[log], start: BigInt(start), count: asked };
        const { entries } = await callUnary(client.getEntries.bind(client), request);
        if (entries.length > asked) throw linkRefusal('LINK_ANSWER');
        return entries.map((entry) => boundedBytes('entries', entry, LIMITS.statementBytes));
      }),
    inclusionProof: (log, index, treeSize) =>
      during(async ({ log: client }) => {
        const request = { log: WIRE_NAMES[log], index: BigInt(index), treeSize: BigInt(treeSize) };
        const { hashes } = await callUnary(client.getInclusionProof.bind(client), request);
        return proofOf(hashes);
      }),
    consistencyProof: (log, oldSize, newSize) =>
      during(async ({ log: client }) => {
        const request = { log: WIRE_NAMES[log], oldSize: BigInt(oldSize), newSize: BigInt(newSize) };
        const { hashes } = await callUnary(client.getConsistencyProof.bind(client), request);
        return proofOf(hashes);
      }),
    cosign: (log, checkpoint, cosignature) =>
      during(async ({ log: client }) => {
        const request = {
          log: WIRE_NAMES[log],
          checkpoint: asBuffer(checkpoint),
          cosignature: asBuffer(cosignature),
        };
        await callUnary(client.cosign.bind(client), request);
      }),
  };
}

/** Hashes of a Merkle proof, copied. @throws WIRE_FIELD */
export function proofOf(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  return boundedList('hashes', hashes, PROOF_HASHES).map((hash) => exactBytes('hashes', hash, HASH_BYTES));
}
