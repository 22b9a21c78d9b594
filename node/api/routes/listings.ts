import * as z from 'zod';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { isIdentifier } from '../../formats/ids.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { LISTING_STATES, listingsOf } from '../../records/lists/listing.ts';
import type { AlertReader } from '../ports.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';

export type ListingRouteDeps = {
  readonly reader: Pick<AlertReader, 'alert'>;
  readonly ledger: Ledger;
  readonly businessTime: Clock;
};

const LISTING = z.strictObject({
  list_name: z.string(),
  entry_id: z.string(),
  state: z
    .enum(LISTING_STATES)
    .describe('changed and removed: since the alert was raised; unknown: no list here ever had it'),
  list_version: z.string().nullable().describe('that is in force now'),
});

/** What has become of the list entries that an alert names. */
export function listingRoutes({ reader, ledger, businessTime }: ListingRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/alerts/:alert_id/listings',
      summary: 'Says of each entry that an alert names whether its list still has it.',
      params: z.strictObject({ alert_id: z.string().refine(isIdentifier) }),
      answers: { 200: z.strictObject({ items: z.array(LISTING) }) },
      handle: async ({ params, viewer, about }) => {
        about(`alert:${params.alert_id}`);
        const held = await reader.alert(asId(params.alert_id), viewer);
        if (held === undefined) throw apiRefusal('API_NOT_FOUND');
        const listings = await listingsOf(held.alert, { ledger, viewer, asOfMs: businessTime.nowMs() });
        const items = listings.map(({ listName, entryId, state, listVersion }) => ({
          list_name: listName,
          entry_id: entryId,
          state,
          list_version: listVersion,
        }));
        return { status: 200, body: { items } };
      },
    }),
  ];
}
