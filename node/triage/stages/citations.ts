import type { CitedSentence, Evidence } from '../../../proto/domain/decision.ts';
import { triageRefusal } from '../errors.ts';

/** Anything that rests on evidence: sentences, contributions. */
export type Citing = Pick<CitedSentence, 'evidenceIds'>;

/**
 * Checks that each sentence or contribution cites at least one piece of evidence and none that does not exist.
 * @throws TRIAGE_CITATION naming the place in the list
 */
export function checkCitations(citing: readonly Citing[], evidence: readonly Evidence[]): void {
  const known = new Set(evidence.map(({ evidenceId }) => evidenceId));
  for (const [place, { evidenceIds }] of citing.entries()) {
    if (evidenceIds.length === 0 || evidenceIds.some((id) => !known.has(id)))
      throw triageRefusal('TRIAGE_CITATION', { detail: { place } });
  }
}
