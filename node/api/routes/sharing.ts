import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { fromHex, toBase64url, toHex } from '../../../crypto/bytes.ts';
import { TOKEN_TYPES } from '../../../crypto/match/token.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import {
  INDICATOR,
  indicatorView,
  MATCH_ANSWER,
  MODE,
  STATUS,
  SUMMARY,
  type SharingDesk,
  WINDOW,
  WITHDRAWAL,
} from '../views/sharing-view.ts';

export type SharingRouteDeps = {
  /** Undefined while the node belongs to no federation. */
  readonly sharing: () => SharingDesk | undefined;
};

const HEX_32 = z.string().regex(/^[0-9a-f]{64}$/);

/** The federation as operators and analysts see it: mode, windows, indicators, matches, withdrawals, statements. */
export function sharingRoutes({ sharing }: SharingRouteDeps): readonly ApiRoute[] {
  const desk = (): SharingDesk => {
    const found = sharing();
    if (found === undefined) throw apiRefusal('API_NOT_ENROLLED');
    return found;
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/sharing',
      summary: 'Says how this node stands in its federation: members, epoch, cursors, what waits, what is off and why.',
      answers: { 200: STATUS },
      handle: async () => ({ status: 200, body: await desk().status() }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/sharing/mode',
      summary: 'Leaves shadow mode when two persons have asked for it; one returns to it.',
      body: z.strictObject({ mode: z.enum(['active', 'shadow']) }),
      answers: { 200: MODE },
      handle: async ({ body, viewer }) => ({ status: 200, body: await desk().setMode(body.mode, viewer.name) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/sharing/window',
      summary: 'Closes the window of an epoch now, the current one unless named, instead of at its nominal end.',
      body: z.strictObject({ epoch: z.int().positive().optional() }),
      answers: { 200: WINDOW },
      handle: async ({ body }) => ({ status: 200, body: await desk().closeWindow(body.epoch) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/sharing/statements',
      summary: 'Submits a statement that officers have signed: policy, suspension, lift, agency, incarnation.',
      body: z.strictObject({ statement: z.string().max(131_072) }),
      answers: { 202: z.strictObject({ kind: z.string() }) },
      handle: async ({ body, about }) => {
        const kind = await desk().submitStatement(body.statement);
        about(`statement:${kind}`);
        return { status: 202, body: { kind } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/indicators',
      summary: 'Lists indicators that this node can read, with what is known of them.',
      answers: { 200: z.strictObject({ items: z.array(INDICATOR) }) },
      handle: async ({ viewer }) => ({ status: 200, body: { items: await indicatorsOf(desk(), viewer) } }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/indicators/log',
      summary:
        'Reads indicators as they were signed, in the order of their log: each verifies from itself and the genesis.',
      query: z.strictObject({
        position: z.coerce.number().int().min(0).default(0).describe('of the first one wanted'),
        limit: z.coerce.number().int().min(1).max(LIMITS.indicatorsPerAnswer).default(LIMITS.indicatorsPerAnswer),
      }),
      answers: {
        200: z.strictObject({
          items: z.array(z.strictObject({ position: z.int(), signed: z.string().describe('base64url') })),
        }),
      },
      handle: async ({ query }) => {
        const found = await desk().signedIndicators(query.position, query.limit);
        const items = found.map(({ bytes, position }) => ({ position, signed: toBase64url(bytes) }));
        return { status: 200, body: { items } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/summaries',
      summary: "Lists peers' summaries held here.",
      answers: { 200: z.strictObject({ items: z.array(SUMMARY) }) },
      handle: async ({ viewer }) => ({ status: 200, body: { items: [...(await desk().summaries(viewer))] } }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/match',
      summary: 'Asks peers privately whether they know an entity; each answer leaves a co-signed receipt at both ends.',
      body: z.strictObject({
        token_type: z.enum(TOKEN_TYPES),
        value: z.string().min(1).max(512),
        purpose: z.string().min(1).max(128),
        case_handle: z.string().min(1).max(128),
        agency: z.string().max(128).optional(),
      }),
      answers: { 200: z.strictObject({ answers: z.array(MATCH_ANSWER) }) },
      handle: async ({ body, viewer, about }) => {
        about(`match:${body.token_type}`);
        return { status: 200, body: { answers: [...(await desk().match(body, viewer.name))] } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/withdrawals',
      summary: 'Takes back own objects: a summary by its header hash, or every flag that rests on an alert.',
      body: z.strictObject({ header_hash: HEX_32.optional(), alert_id: z.string().max(128).optional() }),
      answers: { 202: z.strictObject({ withdrawal_ids: z.array(z.string()) }) },
      handle: async ({ body, viewer }) => {
        if ((body.header_hash === undefined) === (body.alert_id === undefined))
          throw apiRefusal('API_INVALID', { detail: { field: 'header_hash' } });
        const ids =
          body.header_hash === undefined
            ? await desk().withdrawFlags(body.alert_id ?? '', viewer.name)
            : [await desk().withdrawObject(fromHex(body.header_hash), viewer.name)];
        return { status: 202, body: { withdrawal_ids: ids } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/withdrawals/:withdrawal_id',
      summary: 'Says who has answered a withdrawal, and who has not.',
      params: z.strictObject({ withdrawal_id: z.string().regex(/^[0-9a-f]{32}$/) }),
      answers: { 200: WITHDRAWAL },
      handle: async ({ params }) => ({ status: 200, body: await desk().withdrawal(params.withdrawal_id) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/sharing/objects',
      summary: 'Lists own objects that were sent to the federation, by header hash, and who will not take them.',
      answers: {
        200: z.strictObject({
          items: z.array(
            z.strictObject({
              header_hash: z.string(),
              kind: z.string(),
              audience: z.string(),
              sequence: z.int(),
              epoch: z.int(),
              refused: z.array(z.strictObject({ by: z.string(), code: z.string() })),
            }),
          ),
        }),
      },
      handle: async () => ({
        status: 200,
        body: {
          items: [...(await desk().ownObjects())]
            .map((object) => ({ ...object, header_hash: toHex(object.headerHash) }))
            .map(({ header_hash, kind, audience, sequence, epoch, refused }) => ({
              header_hash,
              kind,
              audience,
              sequence,
              epoch,
              refused: [...refused],
            })),
        },
      }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/sharing/objects/:header_hash',
      summary: 'Reads one object, sent or received, in the exact bytes that were signed.',
      params: z.strictObject({ header_hash: HEX_32 }),
      answers: { 200: z.strictObject({ header_hash: HEX_32, envelope: z.string().describe('base64url') }) },
      handle: async ({ params, about }) => {
        about(`object:${params.header_hash}`);
        const envelope = await desk().object(fromHex(params.header_hash));
        return { status: 200, body: { header_hash: params.header_hash, envelope: toBase64url(envelope) } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/sharing/envelopes',
      summary: "Takes in a member's object that came by another way than the mesh, by the same rules.",
      body: z.strictObject({ envelope: z.string().max(LIMITS.requestBodyBytes).describe('base64url') }),
      answers: { 202: z.strictObject({ header_hash: HEX_32 }) },
      handle: async ({ body, about }) => {
        const hash = toHex(await desk().takeObject(body.envelope));
        about(`object:${hash}`);
        return { status: 202, body: { header_hash: hash } };
      },
    }),
  ];
}

async function indicatorsOf(desk: SharingDesk, viewer: Viewer): Promise<z.infer<typeof INDICATOR>[]> {
  return (await desk.indicators(viewer)).map(indicatorView);
}
