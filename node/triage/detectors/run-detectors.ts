import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Typology } from '../../../config/typologies/typology.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import { triageRefusal } from '../errors.ts';
import { LOOKBACK_MS } from '../features/account-view.ts';
import { DetectorStream } from './stream/detector-stream.ts';
import type { StreamTransfer } from './stream/flow.ts';
import { HitShelf, strongestFirst } from './stream/hit-shelf.ts';
import type { DetectionHit } from './stream/open-hits.ts';
import type { TransferSource } from './transfer-source.ts';

/** What of the records to look at: transfers that occurred in a range, as known at a time. */
export type DetectionRange = {
  /** Inclusive; what came before, as far as the look-back, is read so that it is known who is new. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly asOfMs: number;
};

export type DetectionReport = {
  /** Transfers of the range. */
  readonly transfers: number;
  /** Strongest first, LIMITS.detectionHits at most; each has a transfer of the range. */
  readonly hits: readonly DetectionHit[];
  /** Weaker ones that are not shown. */
  readonly leftOut: number;
};

/** So many transfers are looked at before anything else runs: some 20 ms of one core. */
const TURN_TRANSFERS = 500;

/**
 * Runs every typology over a range of the records, as far as a viewer sees them. The same stream as for new transfers,
 * so that what was found as they came is found again. Lets other work through; writes nothing.
 * @throws TRIAGE_DETECTION_RANGE, and the signal's reason
 */
export async function runDetectors(
  source: TransferSource,
  typologies: readonly Typology[],
  range: DetectionRange,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<DetectionReport> {
  const transfers = await readRange(source, range, viewer, signal);
  const shelf = new HitShelf(LIMITS.detectionHits, strongestFirst);
  const stream = new DetectorStream(typologies, (hit) => {
    if (hit.lastMs >= range.fromMs) shelf.put(hit);
  });
  for (const [place, transfer] of transfers.entries()) {
    if (place % TURN_TRANSFERS === 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    stream.feed(transfer);
  }
  stream.flush();
  const inRange = transfers.filter(({ atMs }) => atMs >= range.fromMs).length;
  return { transfers: inRange, hits: shelf.hits(), leftOut: shelf.leftOut };
}

async function readRange(
  source: TransferSource,
  { asOfMs, fromMs, toMs }: DetectionRange,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<readonly StreamTransfer[]> {
  const transfers: StreamTransfer[] = [];
  for await (const transfer of source.all(viewer)) {
    signal.throwIfAborted();
    if (transfer.atMs < fromMs - LOOKBACK_MS || transfer.atMs >= toMs || transfer.knownAtMs > asOfMs) continue;
    if (transfers.length >= LIMITS.detectionTransfers)
      throw triageRefusal('TRIAGE_DETECTION_RANGE', { detail: { most: LIMITS.detectionTransfers } });
    transfers.push(transfer);
  }
  return transfers.sort((one, other) => one.atMs - other.atMs);
}
