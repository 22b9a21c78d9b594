import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { LIST_KINDS } from '../../proto/domain/records.ts';
import { RECORD_KINDS } from '../records/plan.ts';

/** Id of an upload or an import. */
export const UPLOAD_ID = z.string().regex(/^[0-9a-f]{32}$/);
const LIST_NAME = z.string().regex(/^[\p{L}\p{N}_]{1,128}$/u);
const DAY = z.iso.date();

const LIST_IDENTITY = {
  list_name: LIST_NAME,
  list_kind: z.enum(LIST_KINDS),
  list_version: z.string().min(1).max(64).nullable().describe('null: the digest of its content'),
} as const;

const FILE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(RECORD_KINDS), upload_id: UPLOAD_ID }),
  z.strictObject({ kind: z.literal('watchlist'), upload_id: UPLOAD_ID, ...LIST_IDENTITY }),
  z.strictObject({
    kind: z.literal('ofac'),
    upload_id: UPLOAD_ID,
    ...LIST_IDENTITY,
    aliases: UPLOAD_ID.optional(),
    addresses: UPLOAD_ID.optional(),
    comments: UPLOAD_ID.optional(),
  }),
  z.strictObject({ kind: z.literal('alerts'), upload_id: UPLOAD_ID }),
]);
export type ImportOrderFile = z.output<typeof FILE>;

/** What an import is asked to do. */
export const IMPORT_ORDER = z.strictObject({
  files: z.array(FILE).min(1).max(LIMITS.uploads),
  from: DAY.optional().describe('first day of the rows and alerts that are taken'),
  until: DAY.optional().describe('first day of those that are left for later'),
});
export type ImportOrder = z.output<typeof IMPORT_ORDER>;
