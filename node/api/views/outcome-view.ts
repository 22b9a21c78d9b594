import * as z from 'zod';
import { type AlertOutcome, OUTCOMES } from '../../triage/outcomes/outcome.ts';

/** One person's outcome on an alert. */
export const OUTCOME = z.strictObject({
  alert_id: z.string(),
  ordinal: z.int().min(1).describe('1 for the first; later ones replace earlier ones, which are kept'),
  outcome: z.enum(OUTCOMES),
  note: z.string().nullable(),
  person: z.string(),
  known_at: z.iso.datetime().describe('business time; nothing is decided with it as of before'),
});

/** An outcome in the names of the interface. */
export function outcomeView({ alertId, knownAtMs, ...outcome }: AlertOutcome): z.input<typeof OUTCOME> {
  return { alert_id: alertId, ...outcome, known_at: new Date(knownAtMs).toISOString() };
}
