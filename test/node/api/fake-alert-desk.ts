import type { AlertFilter, AlertIntake, AlertReader, HeldAlert } from '../../../node/api/ports.ts';
import { canonicalAlertHash } from '../../../node/formats/alerts/hash.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { Decision } from '../../../proto/domain/decision.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { canSee, type Marking, type Viewer } from '../../../proto/domain/marking.ts';

/** Alerts and decisions in memory, each under a marking that the test chooses. */
export class FakeAlertDesk implements AlertIntake, AlertReader {
  readonly held = new Map<string, { alert: HeldAlert; marking: Marking; decisions: Decision[] }>();
  marking: Marking = { tlp: 'RED', classification: 'RESTRICTED', compartments: [], groups: [] };

  async submit(alert: Alert): Promise<'accepted' | 'known'> {
    const known = this.held.get(alert.alertId);
    if (known === undefined) {
      const held: HeldAlert = { alert, state: 'queued', receivedAtMs: 0 };
      this.held.set(alert.alertId, { alert: held, marking: this.marking, decisions: [] });
      return 'accepted';
    }
    if (canonicalAlertHash(known.alert.alert) === canonicalAlertHash(alert)) return 'known';
    throw new ConcordatError('ALERT_CONFLICT', 'another alert was taken under this id before');
  }

  decide(alertId: string, decision: Partial<Decision>): void {
    const entry = this.held.get(alertId);
    entry?.decisions.push({
      alertId: alertId as Decision['alertId'],
      ordinal: entry.decisions.length + 1,
      asOfMs: 0,
      decidedAtMs: 0,
      disposition: 'ESCALATE_L2',
      riskScore: 42.123456789,
      riskBand: 'MEDIUM',
      confidence: 0.75,
      humanReview: true,
      reviewer: 'L2',
      reasons: ['r'],
      components: { customer: 1, geographic: 2, transaction: 3, adverse_media: 4, network: 5 },
      contributions: [{ component: 'network', feature: 'f', points: 1, evidenceIds: ['e1'], fromPeers: true }],
      evidence: [{ evidenceId: 'e1', kind: 'k', summary: 's', source: 'x', fromPeers: true }],
      narrative: [{ text: 'One sentence.', evidenceIds: ['e1'] }],
      dataQuality: { completeness: 1, freshness: 1, reliability: 1 },
      typologies: [],
      counterfactual: { riskScoreAlone: 10, dispositionAlone: 'AUTO_CLEAR', cost: { epsilon: 3 } },
      reopenedBy: null,
      versions: {},
      emergency: false,
      ...decision,
    });
  }

  async alert(alertId: string, viewer: Viewer): Promise<HeldAlert | undefined> {
    const entry = this.held.get(alertId);
    return entry !== undefined && canSee(viewer, entry.marking) ? entry.alert : undefined;
  }

  async *alerts(filter: AlertFilter, after: string | undefined, viewer: Viewer): AsyncGenerator<HeldAlert> {
    for (const { alert, marking } of this.#sorted(after))
      if (
        canSee(viewer, marking) &&
        (filter.state ?? alert.state) === alert.state &&
        (filter.customerId ?? alert.alert.customer.customerId) === alert.alert.customer.customerId
      )
        yield alert;
  }

  async decisionsOf(alertId: string, viewer: Viewer): Promise<readonly Decision[]> {
    const entry = this.held.get(alertId);
    return entry !== undefined && canSee(viewer, entry.marking) ? entry.decisions : [];
  }

  async *decisions(which: 'first' | 'last', after: string | undefined, viewer: Viewer): AsyncGenerator<Decision> {
    for (const { decisions, marking } of this.#sorted(after)) {
      const decision = decisions.at(which === 'first' ? 0 : -1);
      if (decision !== undefined && canSee(viewer, marking)) yield decision;
    }
  }

  #sorted(after: string | undefined) {
    return [...this.held]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .filter(([alertId]) => after === undefined || alertId > after)
      .map(([, entry]) => entry);
  }
}

/** An alert as it is posted, with the least that is needed. */
export function wireAlert(alertId: string, more: object = {}): object {
  return {
    alert_id: alertId,
    alert_type: 'TRANSACTION',
    priority: 'LOW',
    customer_data: { customer_id: 'c-1', name: 'A Person', entity_type: 'INDIVIDUAL' },
    raised_at: '2029-12-31T12:00:00Z',
    ...more,
  };
}
