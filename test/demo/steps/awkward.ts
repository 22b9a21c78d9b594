import { join } from 'node:path';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import type { SetAgency } from '../../tools/federation/data-set.ts';
import { decisionsOf } from '../../tools/federation/decisions.ts';
import type { FeedReport } from '../../tools/federation/replay.ts';
import type { AwkwardTruth } from '../truth.ts';

/** How a node took malformed and awkward alerts. */
export type AwkwardResult = {
  readonly given: number;
  readonly refused: number;
  /** Lines that were taken or refused, with the field named, as the truth has it. */
  readonly asTruth: number;
};

/** Feeds an agency's awkward alerts and judges line by line what became of them. */
export async function feedAwkward(
  node: AgencyNode,
  agency: SetAgency,
  truth: readonly AwkwardTruth[],
): Promise<AwkwardResult> {
  const path = join(agency.folder, 'alerts-awkward.jsonl');
  const job = await node.json<{ readonly reports: readonly FeedReport[] }>(['import', path, '--kind', 'alerts']);
  const [report] = job.reports;
  if (report === undefined) throw new Error(`no report on the awkward alerts of ${agency.agencyId}`);
  const faults = new Map(report.faults.map(({ field, place }) => [place, field]));
  const own = truth.filter(({ agencyId }) => agencyId === agency.agencyId);
  const taken = own.filter(({ expected }) => expected !== 'reject').map(({ alertId }) => alertId);
  const decided = await decisionsOf(agency.agencyId, node.rest, taken);
  const hasDecision = new Set(decided.filter(({ decisions }) => decisions.length > 0).map(({ alertId }) => alertId));
  const asTruth = own.filter(({ alertId, expected, field, line }) =>
    expected === 'reject' ? faults.get(line) === field : !faults.has(line) && hasDecision.has(alertId),
  );
  return { given: report.read, refused: report.refused, asTruth: asTruth.length };
}
