import test from 'ava';
import { decisionLine, type ExportedDecision } from '../../../node/formats/decision-lines.ts';
import { asId } from '../../../proto/domain/ids.ts';

test('a decision is exported as one line with the score unrounded', (t) => {
  const decision: ExportedDecision = {
    alertId: asId('900719925474099231'),
    disposition: 'ESCALATE_L2',
    riskScore: 31.000_000_000_000_004,
    confidence: 0.7,
  };
  t.is(
    decisionLine(asId('one'), decision),
    '{"agency":"one","alert_id":"900719925474099231","disposition":"ESCALATE_L2","risk_score":31.000000000000004,"confidence":0.7}\n',
  );
});
