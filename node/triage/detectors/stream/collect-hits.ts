import type { Typology } from '../../../../config/typologies/typology.ts';
import { DetectorStream } from './detector-stream.ts';
import type { StreamTransfer } from './flow.ts';
import { type DetectionHit, type OpenHit, toHit } from './open-hits.ts';

/** Every hit of a table over transfers in time, each as it was at its largest, in the order in which they began. */
export function collectHits(
  typologies: readonly Typology[],
  transfers: Iterable<StreamTransfer>,
): readonly DetectionHit[] {
  const hits = new Map<string, OpenHit>();
  const stream = new DetectorStream(typologies, (hit) => hits.set(hit.hitId, hit));
  for (const transfer of transfers) stream.feed(transfer);
  stream.flush();
  return [...hits.values()].map(toHit);
}
