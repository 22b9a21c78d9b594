import { LIMITS } from '../../../config/settings/limits.ts';
import { asBuffer } from '../../../proto/codec/envelope.ts';
import { boundedBytes } from '../../../proto/codec/wire.ts';
import type {
  CosignRequest,
  GetCheckpointRequest,
  GetConsistencyProofRequest,
  GetEntriesRequest,
  GetInclusionProofRequest,
  LogServiceServer,
  StreamControlRequest,
  StreamControlResponse,
} from '../../../proto/gen/concordat/v1/log.ts';
import { coordinatorError } from '../../errors.ts';
import type { IndicatorLog } from '../../indicators/indicator-log.ts';
import type { ControlLog } from '../../log/control-log.ts';
import type { LogName, TreeLog } from '../../log/tree-log.ts';
import type { Witnesses } from '../../log/witnesses.ts';
import { type Send, serverStream, unary } from '../adapt.ts';
import type { Guard, MemberCall } from '../call.ts';
import { readLogName, readPosition } from '../read-request.ts';

export type LogServiceDeps = {
  readonly controlLog: ControlLog;
  readonly indicatorLog: IndicatorLog;
  readonly witnesses: Witnesses;
};

/** Heads, entries and proofs of the two logs. */
export function logService(guard: Guard<MemberCall>, deps: LogServiceDeps): LogServiceServer {
  const { controlLog, indicatorLog, witnesses } = deps;
  const treeOf = (log: LogName): TreeLog => (log === 'control' ? controlLog.tree : indicatorLog.tree);
  const entriesOf = (log: LogName, start: number, count: number): Promise<readonly Uint8Array[]> =>
    log === 'control' ? controlLog.entries(start, count) : indicatorLog.leaves(start, count);
  return {
    getCheckpoint: unary(guard, 'Log/GetCheckpoint', async ({ log }: GetCheckpointRequest) => ({
      checkpoint: asBuffer(treeOf(readLogName(log)).checkpoint()),
    })),
    getEntries: unary(guard, 'Log/GetEntries', async ({ log, start, count }: GetEntriesRequest) => {
      const wanted = Math.min(count, LIMITS.logEntriesPerCall);
      const entries = await entriesOf(readLogName(log), readPosition('start', start), wanted);
      return { entries: withinMessage(entries).map(asBuffer) };
    }),
    getInclusionProof: unary(guard, 'Log/GetInclusionProof', async (request: GetInclusionProofRequest) => {
      const [index, size] = [readPosition('index', request.index), readPosition('tree_size', request.treeSize)];
      return { hashes: treeOf(readLogName(request.log)).inclusionProof(index, size).map(asBuffer) };
    }),
    getConsistencyProof: unary(guard, 'Log/GetConsistencyProof', async (request: GetConsistencyProofRequest) => {
      const [old, size] = [readPosition('old_size', request.oldSize), readPosition('new_size', request.newSize)];
      return { hashes: treeOf(readLogName(request.log)).consistencyProof(old, size).map(asBuffer) };
    }),
    streamControl: serverStream<StreamControlRequest, StreamControlResponse>(
      guard,
      'Log/StreamControl',
      ({ start }, { signal }, send) => streamControl(controlLog, readPosition('start', start), { signal, send }),
    ),
    cosign: unary(guard, 'Log/Cosign', async (request: CosignRequest, { member }) => {
      const log = readLogName(request.log);
      const note = boundedBytes('checkpoint', request.checkpoint, LIMITS.checkpointBytes);
      const line = boundedBytes('cosignature', request.cosignature, LIMITS.checkpointBytes);
      await witnesses.add({ log, tree: treeOf(log), member, note, line });
      return {};
    }),
  };
}

/**
 * Entries in order, then each new one as it comes. The checkpoint of a message ends with its last entry and comes with
 * the proof from its first, so that the caller verifies message by message. The first message may have no entries: it
 * shows the present head.
 * @throws CALL_UNKNOWN when the caller has seen more of this log than there is: then one of the two was rolled back
 */
async function streamControl(
  controlLog: ControlLog,
  from: number,
  { signal, send }: { readonly signal: AbortSignal; readonly send: Send<StreamControlResponse> },
): Promise<void> {
  const { tree } = controlLog;
  if (from > tree.size) throw coordinatorError('CALL_UNKNOWN', { detail: { size: tree.size } });
  let start = from;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const wanted = Math.min(LIMITS.logEntriesPerCall, tree.size - start);
    const entries = wanted === 0 ? [] : withinMessage(await controlLog.entries(start, wanted));
    const end = start + entries.length;
    if (isFirst || entries.length > 0) {
      await send({
        start: BigInt(start),
        entries: entries.map(asBuffer),
        checkpoint: asBuffer(tree.checkpoint(end)),
        consistencyProof: tree.consistencyProof(start, end).map(asBuffer),
      });
    }
    start = end;
    await tree.grown(start, signal);
  }
}

/** As many entries as one message holds, at least one: an entry alone is far smaller. */
function withinMessage(entries: readonly Uint8Array[]): readonly Uint8Array[] {
  let bytes = 0;
  const end = entries.findIndex((entry) => (bytes += entry.length) > LIMITS.grpcMessageBytes / 2);
  return end === -1 ? entries : entries.slice(0, Math.max(1, end));
}
