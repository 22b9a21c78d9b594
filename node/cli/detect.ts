import type { Command } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { ApiClient } from '../api/client/api-client.ts';
import { DETECTION, DETECTION_RUN } from '../api/views/detection-view.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';
import { dayOption, integerOption, repeated } from './values.ts';

type RunOptions = CommonOptions & {
  readonly from?: string;
  readonly to?: string;
  readonly typology: readonly string[];
  readonly account?: string;
  readonly limit: number;
};
type HitsOptions = CommonOptions & { readonly typology?: string; readonly account?: string; readonly limit: number };
type Run = z.infer<typeof DETECTION_RUN>;
type Hit = z.infer<typeof DETECTION>;

const WATCHED = z.object({ items: z.array(DETECTION), watching: z.boolean() });
const HITS = z.object({ items: z.array(DETECTION) });
/** Hits that a person is shown; --limit asks for more. */
const SHOWN = 20;

/** `detect …`: typologies in all transfers, of a range or as they come, with their paths. */
export function addDetect(program: Command, context: CliContext): void {
  const group = program.command('detect').description('look for typologies in all transfers, without an alert');
  withClientOptions(group.command('run').description('run the detectors over a range; writes nothing'))
    .option('--from <day>', 'first day; from the first transfer unless given', dayOption)
    .option('--to <day>', 'last day; up to now unless given', dayOption)
    .option('--typology <id>', 'only this one; may be given more than once', repeated, [])
    .option('--account <key>', 'only hits that it is part of, account:AGENCY:ID')
    .option('--limit <hits>', 'hits shown, the strongest', integerOption, SHOWN)
    .action(async (options: RunOptions) => {
      const { hits, run } = await withNode(options, context, (client) => detect(client, options));
      print(context, options, { ...run, items: hits }, () => lines(run, hits));
    });
  addHits(group, context);
}

function addHits(group: Command, context: CliContext): void {
  withClientOptions(group.command('hits').description('what was found in new transfers, where the node watches them'))
    .option('--typology <id>', 'only this one')
    .option('--account <key>', 'only hits that it is part of, account:AGENCY:ID')
    .option('--limit <hits>', 'hits shown, the newest', integerOption, SHOWN)
    .action(async (options: HitsOptions) => {
      const { account, limit, typology } = options;
      const query = { limit: Math.min(limit, LIMITS.pageItems), ...present({ account, typology }) };
      const found = await withNode(options, context, async (client) =>
        WATCHED.parse(await client.get('/api/v1/detections', query)),
      );
      const off = found.watching ? [] : ['new transfers are not watched: triage.watch_transfers is off'];
      print(context, options, found, () => [...off, ...hitLines(found.items)]);
    });
}

function present(given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function detect(
  client: ApiClient,
  { account, from, limit, to, typology }: RunOptions,
): Promise<{ readonly run: Run; readonly hits: readonly Hit[] }> {
  const body = { from: from ?? null, to: to ?? null, typologies: typology };
  let run = DETECTION_RUN.parse(await client.post('/api/v1/detections', body));
  const path = `/api/v1/detections/${run.run_id}`;
  while (run.state === 'running') run = DETECTION_RUN.parse(await client.get(path, { wait_ms: LIMITS.importWaitMs }));
  if (run.state === 'failed') throw new ConcordatError(run.code ?? 'FAULT', 'the run of the detectors has failed');
  const query = { limit: Math.min(limit, LIMITS.pageItems), ...present({ account }) };
  const { items } = HITS.parse(await client.get(`${path}/hits`, query));
  return { run, hits: items };
}

function lines({ hits: counts, left_out, transfers }: Run, hits: readonly Hit[]): readonly string[] {
  const left = left_out === null || left_out === 0 ? [] : [`${left_out} weaker hits are not kept`];
  return [
    `${transfers ?? 0} transfers looked at`,
    ...table((counts ?? []).map((count) => [`${count.hits}`, count.typology, count.description])),
    ...left,
    ...hitLines(hits),
  ];
}

function hitLines(hits: readonly Hit[]): readonly string[] {
  return hits.flatMap((hit) => [
    '',
    `${hit.typology} ${hit.strength.toFixed(2)}, ${hit.first.slice(0, 10)} to ${hit.last.slice(0, 10)}`,
    ...table(
      hit.path.map(({ amount_minor, at, currency, from, to, transfer_id }) => [
        `  ${at.slice(0, 10)}`,
        transfer_id,
        from,
        to,
        `${amount_minor} ${currency}`,
      ]),
    ),
  ]);
}
