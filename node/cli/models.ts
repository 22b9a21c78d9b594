import type { Command } from 'commander';
import * as z from 'zod';
import { MODEL } from '../api/views/model-view.ts';
import { SIGNED_MODEL } from '../triage/models/signed-model.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { readTextFile, writeTextFile } from './files.ts';
import { type LearningJob, runJob } from './learning-job.ts';
import { comparisonLines, modelLines, proposalLines } from './model-lines.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { withNode } from './session.ts';
import { shareOption } from './values.ts';

const MODELS = z.object({ items: z.array(MODEL) });
type Model = z.infer<typeof MODEL>;

type TrainOptions = CommonOptions & { readonly holdBack?: number; readonly missRate?: number };
type ThresholdOptions = CommonOptions & { readonly missRate?: number };
type ScaleOptions = CommonOptions & { readonly clearBelow: number };
type ApproveOptions = CommonOptions & { readonly uncompared?: boolean };
type ImportOptions = CommonOptions & { readonly signer?: string };
type ExportOptions = CommonOptions & { readonly out: string };

/** `model …`: the registry of models. A model is named `name/version`. */
export function addModels(program: Command, context: CliContext): void {
  const group = program.command('model').description('models that score alerts: train, compare, approve, roll back');
  addReading(group, context);
  addMaking(group, context);
  addDeciding(group, context);
}

function addReading(group: Command, context: CliContext): void {
  withClientOptions(group.command('list').description('list the models of the registry')).action(
    async (options: CommonOptions) => {
      const { items } = await withNode(options, context, async (client) =>
        MODELS.parse(await client.get('/api/v1/models')),
      );
      print(context, options, items, () =>
        table(items.map(({ made_by, model, origin, state }) => [model, state, origin, made_by ?? ''])),
      );
    },
  );

  withClientOptions(group.command('show').description('show a model: training, comparison, approvals'))
    .argument('<model>', 'name/version')
    .action(async (model: string, options: CommonOptions) => {
      const shown = await withNode(options, context, async (client) => MODEL.parse(await client.get(pathOf(model))));
      print(context, options, shown, () => modelLines(shown));
    });

  withClientOptions(group.command('thresholds').description('propose where a model may clear, from outcomes'))
    .argument('<model>', 'name/version')
    .option('--miss-rate <share>', 'share of true alerts that may be cleared', shareOption)
    .action(async (model: string, options: ThresholdOptions) => {
      const job = await jobOf(options, context, `${pathOf(model)}/thresholds`, missRateOf(options));
      print(context, options, job, () => proposalLines(job.proposal));
    });

  withClientOptions(group.command('export').description('write a model as this node has signed it'))
    .argument('<model>', 'name/version')
    .requiredOption('--out <file>')
    .action(async (model: string, options: ExportOptions) => {
      const signed = await withNode(options, context, async (client) =>
        SIGNED_MODEL.parse(await client.get(`${pathOf(model)}/artefact`)),
      );
      await writeTextFile(options.out, `${JSON.stringify(signed)}\n`);
      print(context, options, { model, out: options.out, signer: signed.signer }, () => [`signed by ${signed.signer}`]);
    });
}

function addMaking(group: Command, context: CliContext): void {
  withClientOptions(group.command('train').description('train a candidate on the outcomes so far, and compare it'))
    .option('--hold-back <share>', 'share of the alerts, the latest, that are kept for the comparison', shareOption)
    .option('--miss-rate <share>', 'share of true alerts that its scale may clear', shareOption)
    .action(async (options: TrainOptions) => {
      const body = {
        ...(options.holdBack === undefined ? {} : { hold_back: options.holdBack }),
        ...missRateOf(options),
      };
      const job = await jobOf(options, context, '/api/v1/models/training', body);
      print(context, options, job, () => [`${job.model ?? ''} is a candidate`, ...comparisonLines(job.comparison)]);
    });

  withClientOptions(group.command('compare').description('compare a model with the one in force on later alerts'))
    .argument('<model>', 'name/version')
    .action(async (model: string, options: CommonOptions) => {
      const job = await jobOf(options, context, `${pathOf(model)}/comparison`);
      print(context, options, job, () => comparisonLines(job.comparison));
    });

  withClientOptions(group.command('rescale').description('make a candidate that clears below another probability'))
    .argument('<model>', 'name/version')
    .requiredOption('--clear-below <probability>', 'what `thresholds` proposed, or what you decide', shareOption)
    .action(async (model: string, options: ScaleOptions) => {
      const made = await postModel(options, context, `${pathOf(model)}/scale`, { clear_below: options.clearBelow });
      print(context, options, made, () => [`${made.model} is a candidate`]);
    });

  withClientOptions(group.command('import').description('take a signed model as a candidate'))
    .argument('<file>')
    .option('--signer <peer-id>', 'node that must have signed it; this one unless given')
    .action(async (file: string, options: ImportOptions) => {
      const body = { model: signedModel(await readTextFile(file), file), signer: options.signer ?? null };
      const made = await postModel(options, context, '/api/v1/models', body);
      print(context, options, made, () => [`${made.model} is a candidate`]);
    });
}

function addDeciding(group: Command, context: CliContext): void {
  withClientOptions(group.command('approve').description('bring a model into force; by another person than its maker'))
    .argument('<model>', 'name/version')
    .option('--uncompared', 'although it was not compared with the model in force')
    .action(async (model: string, options: ApproveOptions) => {
      const body = { uncompared: options.uncompared === true };
      const approved = await postModel(options, context, `${pathOf(model)}/approval`, body);
      print(context, options, approved, () => [
        ...comparisonLines(approved.comparison),
        `${approved.model} is in force`,
      ]);
    });

  withClientOptions(group.command('rollback').description('bring the model before back into force')).action(
    async (options: CommonOptions) => {
      const before = await postModel(options, context, '/api/v1/models/rollback', {});
      print(context, options, before, () => [`${before.model} is in force`]);
    },
  );
}

function jobOf(options: CommonOptions, context: CliContext, path: string, body?: unknown): Promise<LearningJob> {
  return withNode(options, context, (client) => runJob(client, path, body));
}

function postModel(options: CommonOptions, context: CliContext, path: string, body: unknown): Promise<Model> {
  return withNode(options, context, async (client) => MODEL.parse(await client.post(path, body)));
}

function missRateOf({ missRate }: ThresholdOptions): { readonly miss_rate?: number } {
  return missRate === undefined ? {} : { miss_rate: missRate };
}

function pathOf(model: string): string {
  const [name = '', version = '', ...more] = model.split('/');
  if (name === '' || version === '' || more.length > 0)
    throw new CliRefusal('CLI_USAGE', `${model} names no model`, 'name/version, as `model list` has it');
  return `/api/v1/models/${encodeURIComponent(name)}/${encodeURIComponent(version)}`;
}

function signedModel(text: string, file: string): z.infer<typeof SIGNED_MODEL> {
  try {
    return SIGNED_MODEL.parse(JSON.parse(text));
  } catch (cause) {
    throw new CliRefusal('CLI_FILE', `${file} is no signed model`, '`model export` writes one', cause);
  }
}
