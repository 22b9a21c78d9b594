import type { Command } from 'commander';
import * as z from 'zod';
import { ENTITY, LINKS, MERGE, PROPENSITY, RESOLUTION } from '../api/views/entity-view.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';

type ReasonOptions = CommonOptions & { readonly reason?: string };
type Merge = z.infer<typeof MERGE>;

const MERGES = z.object({ items: z.array(MERGE) });

/** `entities`: who is one, resolved, reviewed, shown and taken apart again. */
export function addEntities(program: Command, context: CliContext): void {
  const group = program.command('entities').description('customers who are one: find them, review, show, take apart');

  withClientOptions(group.command('resolve').description('merge customers who are surely one, propose others')).action(
    async (options: CommonOptions) => {
      const report = await withNode(options, context, async (client) =>
        RESOLUTION.parse(await client.post('/api/v1/merges/resolution', {})),
      );
      const { customers, entities, merged, proposed } = report;
      print(context, options, report, () => [
        `${customers} customers: ${merged} pairs merged, ${proposed} to review, ${entities} entities of several records`,
      ]);
    },
  );

  withClientOptions(group.command('review').description('list the pairs that wait for a person')).action(
    async (options: CommonOptions) => {
      const { items } = await withNode(options, context, async (client) =>
        MERGES.parse(await client.get('/api/v1/merges/review')),
      );
      print(context, options, items, () => table(items.map(mergeRow)));
    },
  );

  for (const decision of ['accept', 'reject'] as const)
    withClientOptions(group.command(decision).description(`${decision} a proposed pair`))
      .argument('<one>', 'a customer')
      .argument('<other>', 'the other one')
      .option('--reason <text>', 'why')
      .action(async (one: string, other: string, options: ReasonOptions) => {
        const path = `/api/v1/merges/${encodeURIComponent(one)}/${encodeURIComponent(other)}/decision`;
        const merge = await withNode(options, context, async (client) =>
          MERGE.parse(await client.post(path, { decision, ...reasonOf(options) })),
        );
        print(context, options, merge, () => [mergeRow(merge).join('  ')]);
      });

  withClientOptions(group.command('unmerge').description("take a customer's record out of its entity again"))
    .argument('<customer>', 'a customer')
    .option('--reason <text>', 'why')
    .action(async (customer: string, options: ReasonOptions) => {
      const { items } = await withNode(options, context, async (client) =>
        MERGES.parse(await client.post(`${entityPath(customer)}/unmerge`, reasonOf(options))),
      );
      print(context, options, items, () => table(items.map(mergeRow)));
    });

  withClientOptions(group.command('show').description('an entity, whom it has to do with, and how risky it is'))
    .argument('<customer>', 'a customer of it')
    .action(async (customer: string, options: CommonOptions) => {
      const found = await withNode(options, context, async (client) => ({
        entity: ENTITY.parse(await client.get(entityPath(customer))),
        links: LINKS.parse(await client.get(`${entityPath(customer)}/links`)),
        propensity: PROPENSITY.parse(await client.get(`${entityPath(customer)}/propensity`)),
      }));
      print(context, options, found, () => shown(found));
    });
}

function shown({
  entity,
  links,
  propensity,
}: {
  readonly entity: z.infer<typeof ENTITY>;
  readonly links: z.infer<typeof LINKS>;
  readonly propensity: z.infer<typeof PROPENSITY>;
}): readonly string[] {
  return [
    `entity ${entity.entity_id}, ${entity.marking.classification} TLP:${entity.marking.tlp}`,
    ...entity.members.map(({ customer_id, entity_type, name }) => `  ${customer_id}  ${entity_type}  ${name}`),
    ...table(entity.merges.map(mergeRow)),
    `propensity ${propensity.propensity.toFixed(3)} (${propensity.model})`,
    ...table(
      propensity.reasons.map(({ about, contribution, kind }) => [
        `  ${kind}`,
        contribution.toFixed(2),
        about.join(' '),
      ]),
    ),
    `${links.links.length} links`,
    ...table(
      links.links.map(({ confidence, customer_id, reasons }) => [
        `  ${customer_id}`,
        confidence.toFixed(2),
        reasons.map(({ count, kind }) => `${kind} ${count}`).join(', '),
      ]),
    ),
  ];
}

function mergeRow({ ceilings, features, one, other, score, state }: Merge): readonly string[] {
  const said = features.map(({ agreement, name }) => `${name} ${agreement}`);
  return [one, other, state, score.toFixed(3), [...said, ...ceilings].join(', ')];
}

function entityPath(customer: string): string {
  return `/api/v1/entities/${encodeURIComponent(customer)}`;
}

function reasonOf({ reason }: ReasonOptions): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}
