import * as z from 'zod';
import { DISPOSITIONS } from '../../../proto/domain/decision.ts';
import type { Clearing, ReliabilityBin } from '../../triage/learning/clearing.ts';
import type { Comparison, ModelMeasures } from '../../triage/learning/compare.ts';
import type { LearningJobState, LearningResult } from '../../triage/learning/learning-desk.ts';
import type { ThresholdProposal } from '../../triage/learning/thresholds.ts';
import { MODEL_STATES, type RegisteredModel } from '../../triage/models/model-registry.ts';
import { modelId } from '../../triage/models/scorer-artefact.ts';
import { MODEL_ORIGINS } from '../../triage/models/stored-model.ts';
import { OUTCOMES } from '../../triage/outcomes/outcome.ts';
import type { DifferenceReport } from '../../triage/replay/difference-report.ts';

const COUNT = z.int().min(0);
const TIME = z.iso.datetime();
const ESTIMATE = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .describe('with its 95 % interval');

const CLEARING = z.strictObject({
  clear_below: z.number().describe('probability'),
  cleared: ESTIMATE.describe('share of all alerts'),
  missed: ESTIMATE.describe('share of the true ones'),
});
const MEASURES = z.strictObject({
  average_precision: z.number(),
  recall_at_1_percent: z.number().describe('at 1 % false positives'),
  clearing: CLEARING,
});
const COMPARISON = z.strictObject({
  against: z.string(),
  rows: COUNT.describe('alerts with outcomes, later than all that either model was trained on'),
  positives: COUNT,
  candidate: MEASURES,
  in_force: MEASURES,
  gain: z.strictObject({ average_precision: ESTIMATE, recall_at_1_percent: ESTIMATE }),
});

/** A model of the registry. */
export const MODEL = z.strictObject({
  model: z.string().describe('name/version, as it stands in decisions'),
  state: z.enum(MODEL_STATES),
  origin: z.enum(MODEL_ORIGINS),
  made_by: z.string().nullable(),
  made_at: TIME.nullable(),
  signer: z.string().nullable().describe('peer id of the node that signed it'),
  parent: z.string().nullable(),
  training: z.strictObject({
    rows: COUNT,
    positives: COUNT,
    from: TIME.nullable(),
    until: TIME.nullable(),
    metrics: z.record(z.string(), z.number()),
  }),
  comparison: COMPARISON.nullable(),
  activations: z.array(
    z.strictObject({
      kind: z.enum(['approved', 'rolled_back']),
      person: z.string(),
      from: TIME.describe('business time from which decisions are made with it'),
      at: TIME,
    }),
  ),
});

const PROPOSAL = z.strictObject({
  model: z.string(),
  rows: COUNT,
  positives: COUNT,
  miss_rate: z.number(),
  proposed: CLEARING,
  present: CLEARING.nullable(),
  reliability: z.array(z.strictObject({ rows: COUNT, said: z.number(), seen: ESTIMATE })),
});

const REPLAY = z.strictObject({
  alerts: COUNT,
  left_out: COUNT.describe('emergencies'),
  moved: COUNT.describe('alerts with another disposition'),
  rescored: COUNT.describe('alerts with another score or confidence'),
  moves: z.array(
    z.strictObject({
      from: z.enum(DISPOSITIONS),
      to: z.enum(DISPOSITIONS),
      alerts: COUNT,
      true_positives: COUNT,
      false_positives: COUNT,
    }),
  ),
  changes: z.array(
    z.strictObject({
      alert_id: z.string(),
      from: z.enum(DISPOSITIONS),
      to: z.enum(DISPOSITIONS),
      risk_from: z.number(),
      risk_to: z.number(),
      outcome: z.enum(OUTCOMES).nullable(),
    }),
  ),
});

/** A job over stored alerts; what it came to is in the field of its kind. */
export const LEARNING_JOB = z.strictObject({
  job_id: z.string(),
  kind: z.enum(['train', 'compare', 'thresholds', 'replay']),
  state: z.enum(['running', 'done', 'failed']),
  code: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()).describe('numbers of the refusal'),
  model: z.string().nullable(),
  comparison: COMPARISON.nullable(),
  proposal: PROPOSAL.nullable(),
  replay: REPLAY.nullable(),
});

/** A model in the names of the interface. */
export function modelView(model: RegisteredModel): z.input<typeof MODEL> {
  const { activations, artefact, comparison, madeAtMs, madeBy, origin, signer, state } = model;
  const { metrics, parent, positives, rows, span } = artefact.training;
  return {
    model: modelId(artefact),
    state,
    origin,
    made_by: madeBy,
    made_at: timeOrNull(madeAtMs),
    signer,
    parent,
    training: {
      rows,
      positives,
      from: timeOrNull(span?.fromMs ?? null),
      until: timeOrNull(span?.untilMs ?? null),
      metrics: { ...metrics },
    },
    comparison: comparison === null ? null : comparisonView(comparison),
    activations: activations.map(({ atMs, fromMs, kind, person }) => ({
      kind,
      person,
      from: new Date(fromMs).toISOString(),
      at: new Date(atMs).toISOString(),
    })),
  };
}

/** A job in the names of the interface. */
export function learningJobView({ jobId, result, detail, ...job }: LearningJobState): z.input<typeof LEARNING_JOB> {
  const nothing = { model: null, comparison: null, proposal: null, replay: null };
  return { job_id: jobId, ...job, detail: { ...detail }, ...nothing, ...(result === null ? {} : resultView(result)) };
}

function resultView(result: LearningResult): Partial<z.input<typeof LEARNING_JOB>> {
  switch (result.kind) {
    case 'train':
    case 'compare':
      return {
        model: result.modelId,
        comparison: result.comparison === null ? null : comparisonView(result.comparison),
      };
    case 'thresholds':
      return { model: result.proposal.model, proposal: proposalView(result.proposal) };
    case 'replay':
      return { replay: replayView(result.report) };
  }
}

function comparisonView({
  against,
  candidate,
  gain,
  inForce,
  positives,
  rows,
}: Comparison): z.input<typeof COMPARISON> {
  return {
    against,
    rows,
    positives,
    candidate: measuresView(candidate),
    in_force: measuresView(inForce),
    gain: { average_precision: gain.averagePrecision, recall_at_1_percent: gain.recallAt1Percent },
  };
}

function measuresView({ averagePrecision, clearing, recallAt1Percent }: ModelMeasures): z.input<typeof MEASURES> {
  return {
    average_precision: averagePrecision,
    recall_at_1_percent: recallAt1Percent,
    clearing: clearingView(clearing),
  };
}

function clearingView({ clearBelow, cleared, missed }: Clearing): z.input<typeof CLEARING> {
  return { clear_below: clearBelow, cleared, missed };
}

function proposalView(proposal: ThresholdProposal): z.input<typeof PROPOSAL> {
  const { missRate, present, proposed, reliability, ...rest } = proposal;
  return {
    ...rest,
    miss_rate: missRate,
    proposed: clearingView(proposed),
    present: present === null ? null : clearingView(present),
    reliability: reliability.map((bin: ReliabilityBin) => ({ ...bin })),
  };
}

function replayView({ changes, leftOut, moves, ...report }: DifferenceReport): z.input<typeof REPLAY> {
  return {
    ...report,
    left_out: leftOut,
    moves: moves.map(({ falsePositives, truePositives, ...move }) => ({
      ...move,
      true_positives: truePositives,
      false_positives: falsePositives,
    })),
    changes: changes.map(({ alertId, riskFrom, riskTo, ...change }) => ({
      ...change,
      alert_id: alertId,
      risk_from: riskFrom,
      risk_to: riskTo,
    })),
  };
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
