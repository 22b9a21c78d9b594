import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Entities } from '../../entities/entities.ts';
import { type EntityDesk, EXPORT_FORMATS } from '../../entities/entity-desk.ts';
import { isIdentifier } from '../../formats/ids.ts';
import { cleanText } from '../../formats/text.ts';
import { type ApiRoute, route } from '../route.ts';
import {
  ENTITY,
  entityView,
  LINKS,
  linksView,
  MERGE,
  mergeView,
  PROPENSITY,
  propensityView,
  RESOLUTION,
} from '../views/entity-view.ts';

export type EntityRouteDeps = {
  readonly entityDesk: Pick<EntityDesk, 'links' | 'propensity' | 'export'> & {
    readonly entities: Pick<Entities, 'resolve' | 'review' | 'decide' | 'unmerge' | 'show'>;
  };
};

const ID = z.string().refine(isIdentifier);
const ONE = z.strictObject({ customer_id: ID });
const REASON = z.string().max(LIMITS.alertTextCharacters).optional();
const PATH = '/api/v1/entities/:customer_id';

/** Customers who are one, whom they have to do with, how risky they are, and all of it as a document. */
export function entityRoutes({ entityDesk }: EntityRouteDeps): readonly ApiRoute[] {
  return [...mergeRoutes(entityDesk), ...readRoutes(entityDesk)];
}

function mergeRoutes({ entities }: EntityRouteDeps['entityDesk']): readonly ApiRoute[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/merges/resolution',
      summary: 'Looks through all customers: merges those who are surely one, proposes those who may be.',
      answers: { 200: RESOLUTION },
      handle: async () => ({ status: 200, body: await entities.resolve() }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/merges/review',
      summary: 'Lists the pairs of customers that wait for a person.',
      answers: { 200: z.strictObject({ items: z.array(MERGE) }) },
      handle: async ({ viewer }) => ({
        status: 200,
        body: { items: (await entities.review(viewer)).map(mergeView) },
      }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/merges/:one/:other/decision',
      summary: "A person's word on a proposed pair: the two are one, or they are not.",
      params: z.strictObject({ one: ID, other: ID }),
      body: z.strictObject({ decision: z.enum(['accept', 'reject']), reason: REASON }),
      answers: { 200: MERGE },
      handle: async ({ about, body, params, viewer }) => {
        about(`entity:${params.one}/${params.other}`);
        const state = body.decision === 'accept' ? 'merged' : 'rejected';
        return { status: 200, body: mergeView(await entities.decide(params, state, reasonOf(body.reason), viewer)) };
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/unmerge`,
      summary: "Takes a customer's record out of its entity again: what joined it is withdrawn.",
      params: ONE,
      body: z.strictObject({ reason: REASON }),
      answers: { 200: z.strictObject({ items: z.array(MERGE) }) },
      handle: async ({ about, body, params, viewer }) => {
        about(`entity:${params.customer_id}`);
        const withdrawn = await entities.unmerge(params.customer_id, reasonOf(body.reason), viewer);
        return { status: 200, body: { items: withdrawn.map(mergeView) } };
      },
    }),
  ];
}

function readRoutes(desk: EntityRouteDeps['entityDesk']): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: PATH,
      summary: 'Shows the entity that a customer belongs to, with what speaks for each merge.',
      params: ONE,
      answers: { 200: ENTITY },
      handle: async ({ about, params, viewer }) => {
        about(`entity:${params.customer_id}`);
        return { status: 200, body: entityView(await desk.entities.show(params.customer_id, viewer)) };
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/links`,
      summary: 'Infers whom an entity has to do with, from what both share, with reasons and confidence.',
      params: ONE,
      answers: { 200: LINKS },
      handle: async ({ about, params, viewer }) => {
        about(`entity:${params.customer_id}`);
        const { entity, links } = await desk.links(params.customer_id, viewer);
        return { status: 200, body: linksView(entity, links) };
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/propensity`,
      summary: 'Says how risky an entity is, with reasons that add up.',
      params: ONE,
      answers: { 200: PROPENSITY },
      handle: async ({ about, params, viewer }) => {
        about(`entity:${params.customer_id}`);
        const { entity, ...propensity } = await desk.propensity(params.customer_id, viewer);
        return { status: 200, body: propensityView(entity, propensity) };
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/export`,
      summary: 'Writes an entity and what it touches as FollowTheMoney entities or a STIX 2.1 bundle.',
      params: ONE,
      query: z.strictObject({ format: z.enum(EXPORT_FORMATS) }),
      answers: { 200: z.union([z.array(z.looseObject({ schema: z.string() })), z.looseObject({ type: z.string() })]) },
      handle: async ({ about, params, query, viewer }) => {
        about(`entity:${params.customer_id}`);
        return { status: 200, body: await desk.export(params.customer_id, query.format, viewer) };
      },
    }),
  ];
}

function reasonOf(reason: string | undefined): string | null {
  const text = cleanText(reason ?? '');
  return text === '' ? null : text;
}
