import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { FAULT_CODES } from '../../formats/faults.ts';
import { IMPORT_ORDER, UPLOAD_ID } from '../import-order.ts';
import type { ImportDesk, ImportJob } from '../ports.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, BYTE_STREAM, route } from '../route.ts';

export type ImportRouteDeps = {
  readonly importDesk: ImportDesk;
  /** Refuses what this node may not hold. @throws ACCESS_CEILING */
  readonly admitRecords: () => void;
};

const UPLOADED = z.strictObject({ upload_id: UPLOAD_ID, bytes: z.int(), sha256: z.string() });

const COUNT = z.int().min(0);
const REPORT = z.strictObject({
  kind: z.string(),
  read: COUNT,
  kept: COUNT.describe('valid ones; the node holds them now'),
  written: COUNT.describe('of those kept, the ones that it did not hold like this'),
  refused: COUNT,
  outside_window: COUNT,
  unknown_fields: COUNT,
  faults: z.array(z.strictObject({ place: COUNT, field: z.string(), code: z.enum([...FAULT_CODES, 'conflict']) })),
  list: z
    .strictObject({ list_name: z.string(), list_version: z.string(), added: COUNT, removed: COUNT, changed: COUNT })
    .nullable(),
});
const JOB = z.strictObject({
  import_id: UPLOAD_ID,
  state: z.enum(['running', 'stored', 'done', 'failed']),
  code: z.string().nullable(),
  field: z.string().nullable(),
  reports: z.array(REPORT),
});

const WAIT = z.strictObject({
  wait_ms: z.coerce.number().int().min(0).max(LIMITS.importWaitMs).default(0),
  until_state: z.enum(['stored', 'done']).default('done').describe('what the wait is for'),
});

/** Records, lists and alerts as files: handed in one by one, imported together. */
export function importRoutes({ importDesk, admitRecords }: ImportRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/uploads',
      summary: 'Takes the bytes of one file, for an import that names it.',
      query: z.strictObject({ gzip: z.stringbool().default(false) }),
      body: BYTE_STREAM,
      answers: { 201: UPLOADED },
      handle: async ({ query, body }) => {
        const { uploadId, bytes, sha256 } = await importDesk.receive(body, query.gzip);
        return { status: 201, body: { upload_id: uploadId, bytes, sha256 } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/imports',
      summary: 'Imports uploaded files in the order given; answered at once, done when its state says so.',
      body: IMPORT_ORDER,
      answers: { 202: JOB },
      handle: async ({ body, viewer, about }) => {
        admitRecords();
        const job = importDesk.begin(body, viewer.name);
        about(`import:${job.importId}`);
        return { status: 202, body: jobView(job) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/imports/:import_id',
      summary:
        'Says how far an import is: stored when every record and alert is kept, done when the alerts are decided.',
      params: z.strictObject({ import_id: UPLOAD_ID }),
      query: WAIT,
      answers: { 200: JOB },
      handle: async ({ params, query, about }) => {
        about(`import:${params.import_id}`);
        const job = await importDesk.wait(params.import_id, query.until_state, query.wait_ms);
        if (job === undefined) throw apiRefusal('API_NOT_FOUND');
        return { status: 200, body: jobView(job) };
      },
    }),
  ];
}

function jobView(job: ImportJob): z.input<typeof JOB> {
  return {
    import_id: job.importId,
    state: job.state,
    code: job.code,
    field: job.field,
    reports: job.reports.map(({ outsideWindow, unknownFields, faults, list, ...report }) => ({
      ...report,
      outside_window: outsideWindow,
      unknown_fields: unknownFields,
      faults: [...faults],
      list:
        list === null
          ? null
          : {
              list_name: list.listName,
              list_version: list.listVersion,
              added: list.added.length,
              removed: list.removed.length,
              changed: list.changed.length,
            },
    })),
  };
}
