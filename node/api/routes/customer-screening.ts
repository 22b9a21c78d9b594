import * as z from 'zod';
import { isIdentifier } from '../../formats/ids.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import type { ScreeningDesk } from '../screening-ports.ts';
import { SCREENING, screeningView } from '../views/screening-view.ts';

export type CustomerScreeningRouteDeps = { readonly screening: ScreeningDesk };

/** Screening of customers in the records. */
export function customerScreeningRoutes({ screening }: CustomerScreeningRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/customers/:customer_id/screening',
      summary: 'Looks a customer up in the lists in force and explains each hit; raises nothing.',
      params: z.strictObject({ customer_id: z.string().refine(isIdentifier) }),
      answers: { 200: SCREENING },
      handle: async ({ params, viewer, signal, about }) => {
        about(`customer:${params.customer_id}`);
        const found = await screening.screenCustomer(params.customer_id, viewer, signal);
        if (found === undefined) throw apiRefusal('API_NOT_FOUND');
        return { status: 200, body: screeningView(found) };
      },
    }),
  ];
}
