import { createReadStream, readFileSync } from 'node:fs';
import test from 'ava';
import { canonicalAlertHash } from '../../../node/formats/alerts/hash.ts';
import { type AlertLine, readAlertLines } from '../../../node/formats/alerts/lines.ts';
import type { GraphNode } from '../../../node/graph/graph-store.ts';
import { customerKey } from '../../../node/triage/account-ref.ts';
import { TRIAGE_MARKING } from '../../../node/triage/markings.ts';
import { onlyScorer } from '../../../node/triage/models/scorers.ts';
import { startTriage, type Triage } from '../../../node/triage/triage.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { Decision } from '../../../proto/domain/decision.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { openMemoryGraph } from '../../fakes/memory-graph.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { sharedPath } from '../../tools/shared.ts';
import { FakeSleep } from './fake-sleep.ts';
import { SCORER, VIEWER } from './world.ts';

type Expected = {
  readonly agency: string;
  readonly line: number;
  readonly kind: string;
  readonly expected: string;
  readonly field: string;
};

/** What was made of one awkward line. */
type Made = {
  readonly expected: Expected;
  readonly outcome: string;
  readonly field: string;
  readonly alert?: Alert;
  readonly decision?: Decision;
};

const SETTINGS = {
  maxConcurrentAlerts: 50,
  stageTimeoutSeconds: 30,
  maxRetries: 3,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
  riskHigh: 70,
  riskSevere: 85,
};
/** The truth's words and ours. */
const OUTCOMES = new Map([
  ['accept', 'accepted'],
  ['reject', 'refused'],
  ['dedupe', 'known'],
]);
/** After every date in the sets, before the ones that are meant to lie in the future. */
const NOW_MS = Date.parse('2023-06-30T00:00:00Z');

for (const set of ['federation3', 'federation5']) {
  const folder = sharedPath(`data/${set}`);
  const run = folder === undefined ? test.skip : test;
  run(
    `M-10 every awkward alert of ${set} is refused with its field named, or decided; none is lost${folder === undefined ? ' (../shared is absent)' : ''}`,
    async (t) => {
      const expectations = readExpectations(`${folder}/truth/awkward.csv`);
      const made: Made[] = [];
      for (const agency of new Set(expectations.map((row) => row.agency))) {
        const own = expectations.filter((row) => row.agency === agency);
        made.push(...(await sendAll(`${folder}/agencies/${agency}/alerts-awkward.jsonl`, own)));
      }
      t.is(made.length, expectations.length);
      for (const { expected, outcome, field } of made) {
        const label = `${expected.agency} line ${expected.line}: ${expected.kind}`;
        t.is(outcome, OUTCOMES.get(expected.expected) ?? '', label);
        if (expected.expected === 'reject') t.is(field, expected.field, label);
      }
      for (const { expected, decision } of made.filter(({ outcome }) => outcome === 'accepted')) {
        t.is(decision?.emergency, false, expected.kind);
        if (expected.kind === 'unknown_customer' || expected.kind === 'sanctions_without_matches')
          t.not(decision?.disposition, 'AUTO_CLEAR', expected.kind);
      }
    },
  );

  run(
    `M-10 a narrative that gives orders changes neither score nor disposition in ${set}${folder === undefined ? ' (../shared is absent)' : ''}`,
    async (t) => {
      const expectations = readExpectations(`${folder}/truth/awkward.csv`).filter(
        ({ kind }) => kind === 'narrative_injection',
      );
      t.true(expectations.length > 0);
      for (const expected of expectations) {
        const [made] = await sendAll(`${folder}/agencies/${expected.agency}/alerts-awkward.jsonl`, [expected]);
        const alert = made?.alert;
        if (alert === undefined) return t.fail('not parsed');
        const { metadata, ...rest } = alert;
        t.true(Object.keys(metadata).includes('narrative'));
        const triage = await start([rest.customer.customerId]);
        const clean = await decide(triage, { ...rest, metadata: {} });
        t.is(clean?.riskScore, made?.decision?.riskScore);
        t.is(clean?.disposition, made?.decision?.disposition);
      }
    },
  );
}

async function sendAll(path: string, expectations: readonly Expected[]): Promise<readonly Made[]> {
  const lines = new Map<number, AlertLine>();
  for await (const line of readAlertLines(createReadStream(path), NOW_MS))
    lines.set(line.kind === 'alert' ? line.place : line.fault.place, line);
  const known = expectations.flatMap(({ kind, line }) => {
    const parsed = lines.get(line);
    return parsed?.kind === 'alert' && kind !== 'unknown_customer' ? [parsed.alert.customer.customerId] : [];
  });
  const triage = await start(known);
  const made: Made[] = [];
  for (const expected of expectations) {
    const parsed = lines.get(expected.line);
    if (parsed === undefined) continue;
    if (parsed.kind === 'fault') {
      made.push({ expected, outcome: 'refused', field: parsed.fault.field });
      continue;
    }
    const { alert } = parsed;
    try {
      const outcome = await triage.submit(alert, 'tester');
      await triage.drained();
      const [decision] = await triage.reader.decisionsOf(alert.alertId, VIEWER);
      made.push({ expected, outcome, field: '', alert, ...(decision === undefined ? {} : { decision }) });
    } catch (error) {
      if (!isRefusal(error, 'ALERT_CONFLICT')) throw error;
      made.push({ expected, outcome: 'refused', field: 'alert_id' });
    }
  }
  return made;
}

async function decide(triage: Triage, alert: Alert): Promise<Decision | undefined> {
  await triage.submit(alert, 'tester');
  await triage.drained();
  return (await triage.reader.decisionsOf(alert.alertId, VIEWER))[0];
}

async function start(customers: readonly string[]): Promise<Triage> {
  const graph = openMemoryGraph();
  const nodes = [...new Set(customers)].map((customerId): GraphNode => ({
    key: customerKey(VIEWER.agency, asId(customerId)),
    kind: 'person',
    properties: { customer_id: customerId },
    knownAtMs: 0,
    provenance: { source: 'test', sourceId: customerId, ingestedAtMs: 0, confidence: 1, version: 0 },
    marking: TRIAGE_MARKING,
  }));
  await graph.apply({ sequence: 1, nodes, edges: [] });
  return startTriage(SETTINGS, {
    agency: VIEWER.agency,
    ledger: openMemoryLedger(),
    graph,
    screener: { screen: async () => [] },
    peers: { indicatorsFor: async () => [], hintsFor: async () => [] },
    escalations: { escalated: async () => undefined },
    scorers: onlyScorer(SCORER),
    contentHash: canonicalAlertHash,
    clock: { nowMs: () => NOW_MS },
    businessTime: { nowMs: () => NOW_MS },
    sleep: new FakeSleep(30_000).sleep,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    onStage: () => undefined,
    onDecided: () => undefined,
  });
}

/** Notes may hold commas in quotes; the columns read here stand before them. */
function readExpectations(path: string): readonly Expected[] {
  const [, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  return rows.map((row) => {
    const [agency = '', line = '', , kind = '', expected = '', field = ''] = row.split(',');
    return { agency, line: Number(line), kind, expected, field };
  });
}
