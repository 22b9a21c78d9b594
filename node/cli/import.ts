import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import type { ApiClient } from '../api/client/api-client.ts';
import type { ImportOrderFile } from '../api/import-order.ts';
import { listIdentity } from '../records/lists/list-name.ts';
import { type AlertFile, type ImportFile, RECORD_KINDS } from '../records/plan.ts';
import { planPaths } from '../records/plan-paths.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { withNode } from './session.ts';
import { dayOption } from './values.ts';

const KINDS = [...RECORD_KINDS, 'watchlist', 'alerts'] as const;
type NamedKind = (typeof KINDS)[number];

type ImportOptions = CommonOptions & {
  readonly kind?: NamedKind;
  readonly from?: string;
  readonly until?: string;
  readonly wait: boolean;
};

const UPLOADED = z.object({ upload_id: z.string() });
const JOB = z.object({
  import_id: z.string(),
  state: z.enum(['running', 'stored', 'done', 'failed']),
  code: z.string().nullable(),
  field: z.string().nullable(),
  reports: z.array(
    z.looseObject({
      kind: z.string(),
      read: z.number(),
      kept: z.number(),
      written: z.number(),
      refused: z.number(),
      outside_window: z.number(),
      faults: z.array(z.object({ place: z.number(), field: z.string(), code: z.string() })),
    }),
  ),
});
type Job = z.infer<typeof JOB>;

/** Faults that a person is shown; --json has them all. */
const SHOWN_FAULTS = 20;
const STOPPED_HINT = 'what stands in the table is kept; docs/reference/errors.md explains the code';

/** `import`: customers, accounts, transfers, cash, watchlists, alerts, from files or an agency's whole folder. */
export function addImport(program: Command, context: CliContext): void {
  withClientOptions(program.command('import').description('import files, or the folders that hold them'))
    .argument('<path...>')
    .addOption(new Option('--kind <kind>', 'what the files are, where name and columns do not say').choices(KINDS))
    .option('--from <day>', 'first day of bookings and alerts that are taken', dayOption)
    .option('--until <day>', 'first day of those that are left for later', dayOption)
    .option('--no-wait', 'return when all is stored, before the alerts are decided')
    .action(async (paths: string[], options: ImportOptions) => {
      const files = await filesOf(paths, options.kind);
      const job = await withNode(options, context, async (client) => {
        const uploaded: ImportOrderFile[] = [];
        for (const file of files) uploaded.push(await upload(client, file));
        const window = { from: options.from, until: options.until };
        const begun = JOB.parse(await client.post('/api/v1/imports', { files: uploaded, ...window }));
        return follow(client, begun, options.wait ? 'done' : 'stored');
      });
      print(context, options, job, () => reportLines(job, files));
      if (job.state === 'failed')
        throw new CliRefusal(
          'CLI_IMPORT',
          `the import stopped at ${[job.code, job.field].filter((part) => part !== null).join(' ')}`,
          STOPPED_HINT,
        );
    });
}

type PlannedFile = ImportFile | AlertFile;

async function filesOf(paths: readonly string[], kind: NamedKind | undefined): Promise<readonly PlannedFile[]> {
  if (kind === undefined) {
    const { files, alerts } = await planPaths(paths);
    if (files.length + alerts.length === 0)
      throw new CliRefusal('CLI_FILE', 'there is nothing to import in there', 'folders are not descended into');
    return [...files, ...alerts];
  }
  return paths.map((path) => (kind === 'watchlist' ? { kind, path, ...listIdentity(basename(path)) } : { kind, path }));
}

async function upload(client: ApiClient, file: PlannedFile): Promise<ImportOrderFile> {
  const send = async (path: string): Promise<string> => {
    const answer = await client.upload('/api/v1/uploads', createReadStream(path), { gzip: path.endsWith('.gz') });
    return UPLOADED.parse(answer).upload_id;
  };
  const uploadId = { upload_id: await send(file.path) };
  if (file.kind !== 'watchlist' && file.kind !== 'ofac') return { kind: file.kind, ...uploadId };
  const identity = { list_name: file.listName, list_kind: file.listKind, list_version: file.listVersion };
  if (file.kind === 'watchlist') return { kind: file.kind, ...uploadId, ...identity };
  return {
    kind: file.kind,
    ...uploadId,
    ...identity,
    ...(file.aliases === undefined ? {} : { aliases: await send(file.aliases) }),
    ...(file.addresses === undefined ? {} : { addresses: await send(file.addresses) }),
    ...(file.comments === undefined ? {} : { comments: await send(file.comments) }),
  };
}

async function follow(client: ApiClient, begun: Job, state: 'stored' | 'done'): Promise<Job> {
  let job = begun;
  while (job.state !== 'failed' && job.state !== 'done' && job.state !== state) {
    const query = { wait_ms: LIMITS.importWaitMs, until_state: state };
    job = JOB.parse(await client.get(`/api/v1/imports/${job.import_id}`, query));
  }
  return job;
}

function reportLines(job: Job, files: readonly PlannedFile[]): readonly string[] {
  const header = ['kind', 'read', 'kept', 'new', 'refused', 'outside', 'file'];
  const rows = job.reports.map((report, at) => [
    report.kind,
    String(report.read),
    String(report.kept),
    String(report.written),
    String(report.refused),
    String(report.outside_window),
    basename(files[at]?.path ?? ''),
  ]);
  const faults = job.reports.flatMap((report, at) =>
    report.faults.map(({ place, field, code }) => `${basename(files[at]?.path ?? '')}:${place}: ${field}: ${code}`),
  );
  const hidden = faults.length > SHOWN_FAULTS ? [`… ${faults.length - SHOWN_FAULTS} more, see --json`] : [];
  return [...table([header, ...rows]), ...faults.slice(0, SHOWN_FAULTS), ...hidden];
}
