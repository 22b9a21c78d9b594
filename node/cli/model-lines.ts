import type * as z from 'zod';
import type { MODEL } from '../api/views/model-view.ts';
import type { LearningJob } from './learning-job.ts';
import { table } from './output.ts';

type Model = z.infer<typeof MODEL>;
type Comparison = NonNullable<Model['comparison']>;
type Share = { readonly value: number; readonly low: number; readonly high: number };

/** A model as a person reads it. */
export function modelLines(model: Model): readonly string[] {
  const { activations, comparison, made_by, origin, parent, signer, state, training } = model;
  const span = training.from === null ? '' : ` from ${training.from} to ${training.until ?? ''}`;
  return [
    `${model.model} ${state}, ${origin}${made_by === null ? '' : ` by ${made_by}`}${parent === null ? '' : ` from ${parent}`}`,
    ...(signer === null ? [] : [`signed by ${signer}`]),
    `trained on ${training.rows} alerts, ${training.positives} of them true${span}`,
    ...table(Object.entries(training.metrics).map(([name, value]) => ['', name, value.toPrecision(4)])),
    ...comparisonLines(comparison),
    ...activations.map(({ from, kind, person }) => `${kind.replace('_', ' ')} by ${person}, in force from ${from}`),
  ];
}

/** A comparison as the person reads it who is to approve. */
export function comparisonLines(comparison: Comparison | null): readonly string[] {
  if (comparison === null) return ['not compared: no outcome is left that both models have not seen'];
  const { against, candidate, gain, in_force, positives, rows } = comparison;
  const row = (name: string, measures: Comparison['candidate']): readonly string[] => [
    '',
    name,
    `average precision ${measures.average_precision.toFixed(3)}`,
    `recall at 1 % ${measures.recall_at_1_percent.toFixed(3)}`,
    `cleared ${measures.clearing.cleared.value.toFixed(3)}`,
    `missed ${shareText(measures.clearing.missed)}`,
  ];
  return [
    `compared with ${against} on ${rows} later alerts, ${positives} of them true`,
    ...table([row('this', candidate), row(against, in_force)]),
    `gain in average precision ${shareText(gain.average_precision)}, in recall at 1 % ${shareText(gain.recall_at_1_percent)}`,
  ];
}

/** A proposal and the reliability curve behind it. */
export function proposalLines(proposal: LearningJob['proposal']): readonly string[] {
  if (proposal === null) return [];
  const { miss_rate, positives, present, proposed, reliability, rows } = proposal;
  const row = (name: string, { clear_below, cleared, missed }: typeof proposed): readonly string[] => [
    '',
    name,
    `below ${clear_below.toPrecision(4)}`,
    `clears ${shareText(cleared)}`,
    `misses ${shareText(missed)}`,
  ];
  return [
    `${proposal.model} on ${rows} alerts that it has not seen, ${positives} of them true; miss rate at most ${miss_rate}`,
    ...table([row('proposed', proposed), ...(present === null ? [] : [row('present', present)])]),
    'reliability: alerts, probability said, share seen',
    ...table(reliability.map((bin) => ['', String(bin.rows), bin.said.toFixed(3), shareText(bin.seen)])),
  ];
}

function shareText({ high, low, value }: Share): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
