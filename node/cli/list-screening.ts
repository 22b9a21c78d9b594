import { type Command, Option } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { MATCH_RESPONSE } from '../api/views/match-view.ts';
import { SCREENING } from '../api/views/screening-view.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { readTextFile } from './files.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { withNode } from './session.ts';
import { repeated } from './values.ts';

type ScreenOptions = CommonOptions & {
  readonly schema: string;
  readonly list: string;
  readonly born: readonly string[];
  readonly country: readonly string[];
  readonly id: readonly string[];
  readonly file?: string;
  readonly customer?: string;
};

const SCHEMATA = ['Person', 'Organization', 'Company', 'LegalEntity', 'Vessel', 'Airplane'];
const LINE = z.strictObject({
  id: z.string().nullish(),
  schema: z.string(),
  properties: z.record(z.string(), z.unknown()),
});
type Example = z.infer<typeof LINE>;
type Matches = z.infer<typeof MATCH_RESPONSE>['responses'];

/** `lists screen`: one name, a file of examples, or a customer, against the lists in force. */
export function addListScreening(group: Command, context: CliContext): void {
  withClientOptions(
    group.command('screen').description('look a name, a file of examples or a customer up in the lists'),
  )
    .argument('[name]', 'name to look for')
    .addOption(new Option('--schema <schema>', 'what bears the name').choices(SCHEMATA).default('LegalEntity'))
    .option('--born <date>', 'YYYY-MM-DD, YYYY-MM or YYYY; may be repeated', repeated, [])
    .option('--country <country>', 'name or code; may be repeated', repeated, [])
    .option('--id <identifier>', 'of a paper, register or ship; may be repeated', repeated, [])
    .option('--list <list>', 'one list, or a kind of lists', 'default')
    .option('--file <file>', 'JSON lines of examples {id?, schema, properties}')
    .option('--customer <id>', 'a customer in the records')
    .action(async (name: string | undefined, options: ScreenOptions) => {
      if ([name, options.file, options.customer].filter((given) => given !== undefined).length !== 1)
        throw new CliRefusal('CLI_USAGE', 'one of a name, --file and --customer is needed');
      if (options.customer !== undefined) return screenCustomer(options.customer, options, context);
      const examples = name === undefined ? await examplesOf(options.file ?? '') : [exampleOf(name, options)];
      return screenExamples(examples, options, context);
    });
}

async function screenCustomer(customerId: string, options: ScreenOptions, context: CliContext): Promise<void> {
  const path = `/api/v1/customers/${encodeURIComponent(customerId)}/screening`;
  const found = SCREENING.parse(await withNode(options, context, (client) => client.get(path)));
  print(context, options, found, () => [
    `${found.hits.length} hits`,
    ...found.hits.flatMap((hit) => [
      `${hit.score.toFixed(2)}  ${hit.list_name} ${hit.entry_id}  ${hit.matched_name}${hit.whitelisted ? '  (whitelisted)' : ''}`,
      ...hit.pairs.map(({ query, entry, because }) => `      ${query} = ${entry} (${because})`),
      ...Object.entries(hit.features).map(([feature, points]) => `      ${signed(points)} ${feature}`),
    ]),
  ]);
}

async function screenExamples(
  examples: readonly Example[],
  options: ScreenOptions,
  context: CliContext,
): Promise<void> {
  const responses = await withNode(options, context, async (client) => {
    const all: Matches = {};
    for (let from = 0; from < examples.length; from += LIMITS.matchQueries) {
      const batch = examples.slice(from, from + LIMITS.matchQueries);
      const queries = Object.fromEntries(batch.map((example, at) => [example.id ?? String(from + at + 1), example]));
      const path = `/api/v1/match/${encodeURIComponent(options.list)}`;
      Object.assign(all, MATCH_RESPONSE.parse(await client.post(path, { queries })).responses);
    }
    return all;
  });
  print(context, options, { responses }, () => Object.entries(responses).flatMap(answerLines));
}

function answerLines([key, { results, query }]: [string, Matches[string]]): readonly string[] {
  const name = query.properties['name']?.[0] ?? '';
  const rows = results.flatMap(({ score, match, datasets, referents, caption, explanations }) => [
    [`  ${score.toFixed(2)}`, match ? 'match' : '', `${datasets[0] ?? ''} ${referents[0] ?? ''}`, caption],
    ['', '', '', explanations['name']?.detail ?? ''],
  ]);
  return [`${key}  ${name}: ${results.length === 0 ? 'nobody' : ''}`.trimEnd(), ...table(rows)];
}

function exampleOf(name: string, { schema, born, country, id }: ScreenOptions): Example {
  const ids = schema === 'Person' ? { idNumber: id } : { registrationNumber: id };
  return { schema, properties: { name: [name], birthDate: born, country, ...ids } };
}

async function examplesOf(file: string): Promise<readonly Example[]> {
  const lines = (await readTextFile(file)).split('\n');
  return lines.flatMap((line, at) => (line.trim() === '' ? [] : [parseLine(line, `${file}:${at + 1}`)]));
}

function parseLine(line: string, place: string): Example {
  try {
    return LINE.parse(JSON.parse(line));
  } catch (cause) {
    throw new CliRefusal('CLI_FILE', `${place} is no example`, 'one a line: {"schema": …, "properties": {…}}', cause);
  }
}

function signed(points: number): string {
  return `${points < 0 ? '-' : '+'}${Math.abs(points).toFixed(2)}`;
}
