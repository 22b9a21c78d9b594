import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { Advice, Decision, Disposition } from '../../../proto/domain/decision.ts';
import { hashOf } from '../hashes.ts';
import type { Reason } from '../stages/raises.ts';
import { severity } from '../stages/decide.ts';
import { reviewerFor } from '../stages/reviewer.ts';

/** A model's word sends an alert to a senior analyst at most: like a peer's it is no ground for a report or a block. */
const HIGHEST_RAISE: Disposition = 'ESCALATE_L3';

/**
 * Adds advice to a decision. Pure. The disposition is the graver of the code's and the suggested one, the latter at most
 * L3; score, band, confidence, evidence and the code's own narrative stay as they are. Whoever raises, or suspects a
 * text, calls a person.
 */
export function withAdvice(decision: Decision, advice: Advice): Decision {
  const raised = raisedTo(decision.disposition, advice.suggestion?.disposition ?? 'AUTO_CLEAR');
  const added: Reason[] = [];
  if (raised !== decision.disposition) added.push('ADVISER_RAISED');
  if (advice.suspicions.length > 0) added.push('TEXT_SUSPICIOUS');
  const callsPerson = added.length > 0;
  if (advice.calls.some(({ code }) => code !== null)) added.push('ADVISER_FAILED');
  const humanReview = decision.humanReview || callsPerson;
  return {
    ...decision,
    disposition: raised,
    humanReview,
    reviewer: reviewerFor(raised, humanReview),
    reasons: [...decision.reasons, ...added],
    advice,
  };
}

/** What was asked and what it cost, for the audit trail; a call that failed makes the entry a failed one, by its code. */
export function adviceEntry(advice: Advice, byCode: Decision, atMs: number): AuditEntry {
  const code = advice.calls.find((call) => call.code !== null)?.code ?? null;
  const tokens = advice.calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  return {
    atMs,
    actor: 'triage',
    action: 'triage.advise',
    object: `alert:${byCode.alertId}`,
    outcome: code === null ? 'done' : 'failed',
    code,
    inputHash: hashOf(byCode),
    outputHash: hashOf(advice),
    versions: {
      adviser: advice.driver,
      models: [...new Set(advice.calls.map(({ model }) => model))].join(' '),
      prompt: advice.prompt,
      tokens: String(tokens),
    },
  };
}

function raisedTo(byCode: Disposition, suggested: Disposition): Disposition {
  const bounded = severity(suggested) > severity(HIGHEST_RAISE) ? HIGHEST_RAISE : suggested;
  return severity(bounded) > severity(byCode) ? bounded : byCode;
}
