import { type Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat } from '../entities/entity-desk.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { withNode } from './session.ts';

type ExportOptions = CommonOptions & { readonly format: ExportFormat; readonly entity: string };

/** `graph export`: an entity and what it touches, for other systems. */
export function addGraph(program: Command, context: CliContext): void {
  const group = program.command('graph').description('the graph: export parts of it');
  withClientOptions(
    group.command('export').description('write an entity and what it touches, as far as the key may see it'),
  )
    .requiredOption('--entity <customer>', 'a customer of the entity')
    .addOption(
      new Option('--format <format>', 'ftm: FollowTheMoney, one entity a line; stix: a STIX 2.1 bundle')
        .choices(EXPORT_FORMATS)
        .makeOptionMandatory(),
    )
    .action(async (options: ExportOptions) => {
      const { entity, format } = options;
      const document = await withNode(options, context, (client) =>
        client.get(`/api/v1/entities/${encodeURIComponent(entity)}/export`, { format }),
      );
      const parts: readonly unknown[] = Array.isArray(document) ? document : [document];
      for (const part of parts) context.out(`${JSON.stringify(part)}\n`);
    });
}
