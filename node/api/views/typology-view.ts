import * as z from 'zod';
import type { Classification } from '../../triage/typology/typology-desk.ts';

const SHARE = z.number().min(0).max(1);

/** Which typologies fit an alert, best first. */
export const CLASSIFICATION = z.strictObject({
  alert_id: z.string(),
  model: z.string(),
  metrics: z.record(z.string(), z.number()).describe('how the model did on rows later than those it was trained on'),
  typologies: z.array(
    z.strictObject({
      typology: z.string(),
      probability: SHARE.describe('given that there is something to the alert; all add up to 1'),
      reasons: z
        .array(z.strictObject({ feature: z.string(), contribution: z.number() }))
        .describe('log-odds, strongest first'),
      transfers: z.array(z.string()).describe('what the detector found; empty where it found nothing'),
    }),
  ),
});

/** A classification in the names of the interface. */
export function classificationView(
  alertId: string,
  { fits, metrics, model }: Classification,
): z.input<typeof CLASSIFICATION> {
  return {
    alert_id: alertId,
    model,
    metrics: { ...metrics },
    typologies: fits.map(({ edgeIds, probability, reasons, typology }) => {
      return { typology, probability, reasons: reasons.map((reason) => ({ ...reason })), transfers: [...edgeIds] };
    }),
  };
}
