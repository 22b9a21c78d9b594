import * as z from 'zod';
import { CLASSIFICATIONS, type Classification } from '../../../proto/domain/marking.ts';
import { lowerOf, PERSON_ROLES, type PersonKey } from '../access/person.ts';
import type { KeyBook } from '../access/key-book.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';

export type KeyRouteDeps = {
  readonly keyBook: Pick<KeyBook, 'create' | 'list' | 'revoke'>;
  readonly ceiling: Classification;
  readonly keyLifeDays: number;
};

const LABEL = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const KEY_ID = z.string().regex(/^[0-9a-f]{16}$/);

/** Without control characters and line ends: the name stands in audit entries. */
const PERSON = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} .,@'’_-]{0,127}$/u);

const REQUEST = z.strictObject({
  person: PERSON.describe('who answers for what is done with the key'),
  role: z.enum(PERSON_ROLES),
  clearance: z.enum(CLASSIFICATIONS).optional().describe("the node's ceiling unless given; never above it"),
  compartments: z.array(LABEL).max(64).default([]),
  groups: z.array(LABEL).max(64).default([]),
  life_days: z.int().min(1).optional(),
});

const KEY = z.strictObject({
  key_id: KEY_ID,
  person: z.string(),
  role: z.enum(PERSON_ROLES),
  clearance: z.enum(CLASSIFICATIONS),
  compartments: z.array(z.string()),
  groups: z.array(z.string()),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  revoked_at: z.iso.datetime().nullable(),
});
const CREATED = KEY.extend({ api_key: z.string().describe('shown once, kept nowhere') });

/** API keys of named persons. */
export function keyRoutes({ keyBook, ceiling, keyLifeDays }: KeyRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/keys',
      summary: 'Makes an API key for a named person.',
      body: REQUEST,
      answers: { 201: CREATED },
      handle: async ({ body, viewer, about }) => {
        const clearance = body.clearance ?? ceiling;
        if (lowerOf(clearance, ceiling) !== clearance)
          throw apiRefusal('ACCESS_CEILING', { detail: { field: 'clearance' } });
        const { life_days: lifeDays = keyLifeDays, ...facts } = body;
        const { key, text } = await keyBook.create({ ...facts, clearance, lifeDays }, viewer.name);
        about(`key:${key.keyId}`);
        return { status: 201, body: { ...keyView(key), api_key: text } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/keys',
      summary: 'Lists every key ever made, live or not; never the keys themselves.',
      answers: { 200: z.strictObject({ items: z.array(KEY) }) },
      handle: async () => ({ status: 200, body: { items: (await keyBook.list()).map(keyView) } }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/keys/:key_id',
      summary: 'Revokes a key at once and for good.',
      params: z.strictObject({ key_id: KEY_ID }),
      answers: { 200: KEY },
      handle: async ({ params, viewer, about }) => {
        about(`key:${params.key_id}`);
        return { status: 200, body: keyView(await keyBook.revoke(params.key_id, viewer.name)) };
      },
    }),
  ];
}

function keyView(key: PersonKey): z.input<typeof KEY> {
  return {
    key_id: key.keyId,
    person: key.person,
    role: key.role,
    clearance: key.clearance,
    compartments: [...key.compartments],
    groups: [...key.groups],
    created_by: key.createdBy,
    created_at: new Date(key.createdAtMs).toISOString(),
    expires_at: new Date(key.expiresAtMs).toISOString(),
    revoked_at: key.revokedAtMs === null ? null : new Date(key.revokedAtMs).toISOString(),
  };
}
