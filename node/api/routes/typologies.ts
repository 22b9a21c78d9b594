import * as z from 'zod';
import { asId } from '../../../proto/domain/ids.ts';
import { isIdentifier } from '../../formats/ids.ts';
import type { TypologyDesk } from '../../triage/typology/typology-desk.ts';
import { type ApiRoute, route } from '../route.ts';
import { CLASSIFICATION, classificationView } from '../views/typology-view.ts';

export type TypologyRouteDeps = { readonly typologies: Pick<TypologyDesk, 'classify'> };

/** Which patterns alerts fit. */
export function typologyRoutes({ typologies }: TypologyRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/alerts/:alert_id/typologies',
      summary: 'Says which typologies fit an alert, with probabilities and reasons; decides nothing.',
      params: z.strictObject({ alert_id: z.string().refine(isIdentifier) }),
      answers: { 200: CLASSIFICATION },
      handle: async ({ about, params, viewer }) => {
        about(`alert:${params.alert_id}`);
        const found = await typologies.classify(asId(params.alert_id), viewer);
        return { status: 200, body: classificationView(params.alert_id, found) };
      },
    }),
  ];
}
