import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { CitedSentence, Decision } from '../../proto/domain/decision.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { Adviser } from './advice/adviser.ts';
import { adviceEntry, withAdvice } from './advice/apply-advice.ts';
import { attempt, type AttemptBounds } from './attempt.ts';
import { emergencyDecision } from './emergency.ts';
import type { Enrichment } from './enrichment/enrichment.ts';
import { hashOf } from './hashes.ts';
import type { BusinessTime, Sleep } from './ports.ts';
import type { DecisionOutcome } from './stages/decide.ts';
import type { PartialResults, RiskPair, StageName, Stages } from './stages/stages.ts';
import type { DecisionJob, StoredAlert } from './store.ts';

export type SupervisorDeps = {
  readonly stages: Stages;
  readonly adviser: Adviser;
  /** Of audit entries. */
  readonly clock: Clock;
  /** Of decisions. */
  readonly businessTime: BusinessTime;
  readonly sleep: Sleep;
  /** Told how long each stage took and how it ended. */
  readonly onStage: (stage: StageName, durationMs: number, outcome: 'done' | 'failed') => void;
};

/** A decision and the account of how it came about, ready for one commit. */
export type Supervised = {
  readonly decision: Decision;
  readonly audit: readonly AuditEntry[];
  /** null when enrichment itself failed. */
  readonly enrichment: Enrichment | null;
};

/** Carries the failed stage's name up to where the emergency is declared. */
class StageFailure extends Error {
  readonly stage: StageName;

  constructor(stage: StageName, cause: unknown) {
    super(stage, { cause });
    this.stage = stage;
  }
}

/**
 * Runs the stages of one alert in order, each under its deadline, and always comes back with a decision: when any stage
 * fails, ESCALATE_L3 with risk 100, confidence 0 and what the stages before it gave. Writes nothing itself.
 */
export async function supervise(
  bounds: AttemptBounds,
  deps: SupervisorDeps,
  stored: StoredAlert,
  job: DecisionJob,
): Promise<Supervised> {
  const audit: AuditEntry[] = [];
  const run = stageRunner(bounds, deps, stored, audit);
  let partial: PartialResults = {};
  try {
    const { stages } = deps;
    const { alert, contentHash } = stored;
    const enrichment = await run('enrich', [contentHash, job.asOfMs], (signal) =>
      stages.enrich({ alert, asOfMs: job.asOfMs }, signal),
    );
    partial = { enrichment };
    const risk = await run('risk', audit.at(-1)?.outputHash, (signal) => stages.risk(enrichment, signal));
    partial = { enrichment, risk };
    const known = audit.map(({ outputHash }) => outputHash);
    const narrative = await run('context', known, (signal) => stages.context(enrichment, risk.joint, signal));
    partial = { enrichment, risk, narrative };
    const outcome = await run('decide', known, (signal) => stages.decide(enrichment, risk, signal));
    const byCode = assemble(deps, job, enrichment, risk, narrative, outcome);
    const decision = await advised(deps, stored, byCode, audit);
    return { decision, audit: [...audit, ...concluded(deps, stored, decision, enrichment)], enrichment };
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error;
    const facts = { stage: error.stage, code: codeOf(error.cause), decidedAtMs: deps.businessTime.nowMs() };
    const decision = emergencyDecision(stored.alert, job, partial, facts);
    const enrichment = partial.enrichment ?? null;
    return { decision, audit: [...audit, ...concluded(deps, stored, decision, enrichment)], enrichment };
  }
}

type RunStage = <Result>(
  stage: StageName,
  input: unknown,
  work: (signal: AbortSignal) => Result | Promise<Result>,
) => Promise<Result>;

/** Runs stages and enters each into the audit trail with the hashes of what it was given and gave. */
function stageRunner(
  bounds: AttemptBounds,
  { clock, onStage, sleep }: SupervisorDeps,
  { alert }: StoredAlert,
  audit: AuditEntry[],
): RunStage {
  return async (stage, input, work) => {
    const startedAtMs = clock.nowMs();
    const entry = {
      actor: 'triage',
      action: `triage.${stage}`,
      object: `alert:${alert.alertId}`,
      inputHash: hashOf(input),
    };
    try {
      const result = await attempt(work, bounds, sleep);
      const atMs = clock.nowMs();
      audit.push({ ...entry, atMs, outcome: 'done', code: null, outputHash: hashOf(audited(result)), versions: {} });
      onStage(stage, atMs - startedAtMs, 'done');
      return result;
    } catch (error) {
      const atMs = clock.nowMs();
      audit.push({ ...entry, atMs, outcome: 'failed', code: codeOf(error), outputHash: null, versions: {} });
      onStage(stage, atMs - startedAtMs, 'failed');
      throw new StageFailure(stage, error);
    }
  };
}

/** What the code decided, with what a language model says of it where there is one. */
async function advised(
  { adviser, clock }: SupervisorDeps,
  { alert }: StoredAlert,
  decision: Decision,
  audit: AuditEntry[],
): Promise<Decision> {
  const asked = adviser.advise({ alert, decision });
  if (asked === null) return decision;
  const advice = await asked;
  audit.push(adviceEntry(advice, decision, clock.nowMs()));
  return withAdvice(decision, advice);
}

/** The alert itself is hashed when it is taken, and holds bigint. */
function audited(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('alert' in result)) return result;
  return { ...result, alert: null };
}

/** Whether peers were asked, and if not, why; then the decision itself. */
function concluded(
  deps: SupervisorDeps,
  stored: StoredAlert,
  decision: Decision,
  enrichment: Enrichment | null,
): readonly AuditEntry[] {
  const entry = decided(deps, stored, decision);
  const asked = enrichment?.asked ?? null;
  if (asked === null) return [entry];
  const match = { ...entry, action: 'triage.match', versions: {} };
  return typeof asked === 'string'
    ? [{ ...match, outcome: 'refused', code: asked, outputHash: null }, entry]
    : [{ ...match, outcome: 'done', outputHash: hashOf(asked) }, entry];
}

function decided({ clock }: SupervisorDeps, { alert, contentHash }: StoredAlert, decision: Decision): AuditEntry {
  return {
    atMs: clock.nowMs(),
    actor: 'triage',
    action: 'triage.decided',
    object: `alert:${alert.alertId}`,
    outcome: decision.emergency ? 'failed' : 'done',
    code: null,
    inputHash: contentHash,
    outputHash: hashOf(decision),
    versions: decision.versions,
  };
}

function assemble(
  { businessTime }: SupervisorDeps,
  job: DecisionJob,
  enrichment: Enrichment,
  { joint }: RiskPair,
  narrative: readonly CitedSentence[],
  outcome: DecisionOutcome,
): Decision {
  const { completeness, freshness, reliability, warnings } = enrichment.dataQuality;
  return {
    alertId: job.alertId,
    ordinal: job.ordinal,
    asOfMs: job.asOfMs,
    decidedAtMs: businessTime.nowMs(),
    disposition: outcome.disposition,
    riskScore: joint.riskScore,
    riskBand: outcome.riskBand,
    confidence: outcome.confidence,
    humanReview: outcome.humanReview,
    reviewer: outcome.reviewer,
    reasons: outcome.reasons,
    components: joint.components,
    contributions: joint.contributions,
    evidence: enrichment.evidence,
    narrative,
    dataQuality: { completeness, freshness, reliability, ...(warnings && { warnings }) },
    typologies: enrichment.typologyHits.map(({ typology }) => typology),
    counterfactual: outcome.counterfactual,
    reopenedBy: job.reopenedBy,
    versions: enrichment.versions,
    emergency: false,
  };
}

function codeOf(error: unknown): string {
  return error instanceof ConcordatError ? error.code : 'FAULT';
}
