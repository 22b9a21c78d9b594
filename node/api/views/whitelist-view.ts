import * as z from 'zod';
import type { StandingItem } from '../../records/lists/whitelist.ts';
import { type Signature, WHITELIST_STATES } from '../../records/lists/whitelist-item.ts';

const SIGNATURE = z.strictObject({ person: z.string(), at: z.iso.datetime() });

/** That a customer is not the one that a list entry means. */
export const WHITELIST_ITEM = z.strictObject({
  customer_id: z.string(),
  list_name: z.string(),
  entry_id: z.string(),
  list_version: z.string().describe('in which the entry was looked at'),
  state: z
    .enum(WHITELIST_STATES)
    .describe(
      'proposed by one person; active once a second one has approved; superseded when the entry changes or goes',
    ),
  reason: z.string(),
  expires_at: z.iso.datetime(),
  proposed: SIGNATURE,
  approved: SIGNATURE.nullable(),
  ended: SIGNATURE.nullable(),
});

/** An item in the names of the interface. */
export function whitelistView({ item, state }: StandingItem): z.input<typeof WHITELIST_ITEM> {
  return {
    customer_id: item.customerId,
    list_name: item.listName,
    entry_id: item.entryId,
    list_version: item.listVersion,
    state,
    reason: item.reason,
    expires_at: new Date(item.expiresAtMs).toISOString(),
    proposed: signatureView(item.proposed),
    approved: item.approved === null ? null : signatureView(item.approved),
    ended: item.ended === null ? null : signatureView(item.ended),
  };
}

function signatureView({ person, atMs }: Signature): z.input<typeof SIGNATURE> {
  return { person, at: new Date(atMs).toISOString() };
}
