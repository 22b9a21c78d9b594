import { ESCALATE_FROM, REPORT_FROM, scaleOf } from '../models/scale.ts';
import type { ScorerArtefact } from '../models/scorer-artefact.ts';
import { triageRefusal } from '../errors.ts';
import { rounded } from './round.ts';

/** Where clearing may begin: there must be room on the scale between it and L3. */
const CLEAR_LEAST = 0.0005;
const CLEAR_MOST = 0.15;

/**
 * The same model with another probability below which it clears: what a person sets after looking at a proposal.
 * @throws TRIAGE_MODEL when the probability leaves no room below L3
 */
export function rescaled(
  model: ScorerArtefact,
  { name, version }: Pick<ScorerArtefact, 'name' | 'version'>,
  clearBelow: number,
): ScorerArtefact {
  if (!(clearBelow >= CLEAR_LEAST && clearBelow <= CLEAR_MOST))
    throw triageRefusal('TRIAGE_MODEL', { detail: { field: 'clear_below' } });
  const scale = scaleOf({ clearBelow, escalateFrom: ESCALATE_FROM, reportFrom: REPORT_FROM });
  const training = { ...model.training, parent: `${model.name}/${model.version}` };
  return rounded({ ...model, name, version, scale, training });
}
