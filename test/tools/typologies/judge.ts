import type { DetectionHit } from '../../../node/triage/detectors/stream/open-hits.ts';
import type { Planted } from './planted-stream.ts';

/** How well one detector did. Hits that hold no more than a chance part of a pattern count as false. */
export type Judged = {
  readonly typology: string;
  readonly hits: number;
  /** Share of its hits of which at least half of the transfers belong to patterns, of whatever kind. */
  readonly precision: number;
  readonly patterns: number;
  /** Share of the patterns of its name of which one of its hits holds at least half of the transfers. */
  readonly recall: number;
  /** The same, whichever detector's hit it is. */
  readonly recallOfAny: number;
};

/**
 * Judges hits by what is known to be in the stream, detector by detector.
 * @param patterns what should be found
 * @param all      every pattern that is there, whether or not it can be found whole
 */
export function judge(
  hits: readonly DetectionHit[],
  patterns: readonly Planted[],
  all: readonly Planted[] = patterns,
): readonly Judged[] {
  const member = new Set(all.flatMap(({ transferIds }) => transferIds));
  const typologies = [...new Set([...hits, ...patterns].map(({ typology }) => typology))].sort();
  return typologies.map((typology) => {
    const own = hits.filter((hit) => hit.typology === typology);
    const right = own.filter(
      ({ path }) => 2 * path.filter((step) => member.has(step.transferId)).length >= path.length,
    );
    const meant = patterns.filter((pattern) => pattern.typology === typology);
    return {
      typology,
      hits: own.length,
      precision: share(right.length, own.length),
      patterns: meant.length,
      recall: share(meant.filter((pattern) => isShown(pattern, own)).length, meant.length),
      recallOfAny: share(meant.filter((pattern) => isShown(pattern, hits)).length, meant.length),
    };
  });
}

/** A line for a person. */
export function judgedLine({ hits, patterns, precision, recall, recallOfAny, typology }: Judged): string {
  const found = `recall ${recall.toFixed(2)} (by any ${recallOfAny.toFixed(2)}) of ${patterns}`;
  return `${typology.padEnd(20)} ${found.padEnd(38)} precision ${precision.toFixed(3)} of ${hits}`;
}

function isShown({ transferIds }: Planted, hits: readonly DetectionHit[]): boolean {
  const ids = new Set(transferIds);
  return hits.some(({ path }) => 2 * path.filter((step) => ids.has(step.transferId)).length >= ids.size);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
