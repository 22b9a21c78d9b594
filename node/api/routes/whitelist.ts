import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { parseInstant } from '../../formats/dates.ts';
import { isIdentifier } from '../../formats/ids.ts';
import { cleanText } from '../../formats/text.ts';
import type { Whitelist, WhitelistTriple } from '../../records/lists/whitelist.ts';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf, takePage } from '../cursor.ts';
import { type ApiRoute, route } from '../route.ts';
import { WHITELIST_ITEM, whitelistView } from '../views/whitelist-view.ts';

export type WhitelistRouteDeps = {
  readonly whitelist: Whitelist;
  /** Refuses what this node may not hold. @throws ACCESS_CEILING */
  readonly admitRecords: () => void;
};

const ID = z.string().refine(isIdentifier);
const TRIPLE = z.strictObject({ customer_id: ID, list_name: ID, entry_id: ID });
const PROPOSAL = z.strictObject({
  ...TRIPLE.shape,
  reason: z
    .string()
    .max(LIMITS.alertTextCharacters)
    .refine((text) => cleanText(text) !== ''),
  expires_at: z
    .string()
    .refine((text) => parseInstant(text) !== undefined)
    .meta({ format: 'date-time' }),
});
const PATH = '/api/v1/whitelist/:customer_id/:list_name/:entry_id';

/** Customers who are not the ones that list entries mean: proposed by one person, approved by another. */
export function whitelistRoutes({ whitelist, admitRecords }: WhitelistRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/whitelist',
      summary: 'Lists what was ever proposed and where it stands, by customer.',
      query: z.strictObject({ ...PAGE_QUERY, customer_id: ID.optional() }),
      answers: { 200: pageOf(WHITELIST_ITEM) },
      handle: async ({ query, viewer }) => {
        const after = keyOfCursor(query.cursor);
        const filter = {
          ...(query.customer_id === undefined ? {} : { customerId: query.customer_id }),
          ...(after === undefined ? {} : { after }),
        };
        const { page, more } = await takePage(whitelist.list(filter, viewer), query.limit);
        const last = page.at(-1);
        const next_cursor = more && last !== undefined ? cursorAfter(last.key) : null;
        return { status: 200, body: { items: page.map(whitelistView), next_cursor } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/whitelist',
      summary:
        'Proposes that a customer is not the one that an entry means; without effect until a second person approves.',
      body: PROPOSAL,
      answers: { 201: WHITELIST_ITEM },
      handle: async ({ body, viewer, about }) => {
        admitRecords();
        const triple = tripleOf(body);
        about(objectOf(triple));
        const expiresAtMs = parseInstant(body.expires_at) ?? 0;
        const proposal = { ...triple, reason: cleanText(body.reason), expiresAtMs };
        return { status: 201, body: whitelistView(await whitelist.propose(proposal, viewer.name)) };
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/approval`,
      summary: 'Approves what another person proposed: hits on the entry are set aside for the customer from now on.',
      params: TRIPLE,
      answers: { 200: WHITELIST_ITEM },
      handle: async ({ params, viewer, about }) => {
        const triple = tripleOf(params);
        about(objectOf(triple));
        return { status: 200, body: whitelistView(await whitelist.approve(triple, viewer.name)) };
      },
    }),
    route({
      method: 'DELETE',
      path: PATH,
      summary: 'Takes a proposal or an approved whitelisting back; hits count again from now on.',
      params: TRIPLE,
      answers: { 200: WHITELIST_ITEM },
      handle: async ({ params, viewer, about }) => {
        const triple = tripleOf(params);
        about(objectOf(triple));
        return { status: 200, body: whitelistView(await whitelist.end(triple, viewer.name)) };
      },
    }),
  ];
}

function tripleOf(params: z.output<typeof TRIPLE>): WhitelistTriple {
  return { customerId: params.customer_id, listName: params.list_name, entryId: params.entry_id };
}

function objectOf({ customerId, listName, entryId }: WhitelistTriple): string {
  return `whitelist:${customerId}/${listName}/${entryId}`;
}
