import test from 'ava';
import * as fc from 'fast-check';
import type { Enrichment } from '../../../../node/triage/enrichment/enrichment.ts';
import { localScorer } from '../../../../node/triage/models/local-scorer.ts';
import { enrich } from '../../../../node/triage/stages/enrich.ts';
import { assessRisk } from '../../../../node/triage/stages/risk.ts';
import { FEATURES } from '../../../../node/triage/features/feature-table.ts';
import { ALERT_TYPES } from '../../../../proto/domain/alert.ts';
import { RISK_COMPONENTS } from '../../../../proto/domain/decision.ts';
import {
  alertOf,
  enrichDeps,
  hintOn,
  indicatorOn,
  listedAlert,
  matchOf,
  openWorld,
  RAISED_MS,
  SCORER,
} from '../world.ts';

const DEPS = { scorer: localScorer(SCORER), weights: SCORER.weights };
const WITH = { withPeers: true } as const;
const senders = Array.from({ length: 6 }, (_, place) => `beta/b${place}`);

async function enriched(alert = alertOf(), given: Parameters<typeof enrichDeps>[1] = {}): Promise<Enrichment> {
  const world = await openWorld(senders.map((from, place) => ({ from, to: 'a1', daysBefore: 2 + place })));
  return enrich(enrichDeps(world, given), { alert, asOfMs: RAISED_MS }, new AbortController().signal);
}

const base = await enriched();

test('S4-03 the score is the weighted sum of five sub-scores from 0 to 100', async (t) => {
  for (const alertType of ALERT_TYPES) {
    const { components, riskScore } = assessRisk(DEPS, await enriched(alertOf({ alertType })), WITH);
    const weights = SCORER.weights[alertType];
    const sum = RISK_COMPONENTS.reduce((total, component) => total + weights[component] * components[component], 0);
    t.is(riskScore, sum);
    t.true(RISK_COMPONENTS.every((component) => components[component] >= 0 && components[component] <= 100));
    t.true(Math.abs(Object.values(weights).reduce((total, weight) => total + weight, 0) - 1) < 1e-9);
  }
});

test('S4-03 the contributions of a component sum to it, and each cites evidence that exists', async (t) => {
  const given = await enriched(alertOf(), {
    indicators: [indicatorOn('a1'), indicatorOn('beta/b1')],
    hints: senders.map((name) => hintOn(name, 1)),
  });
  for (const enrichment of [base, given, await enriched(listedAlert('SANCTIONS', [matchOf()]))]) {
    const { components, contributions } = assessRisk(DEPS, enrichment, WITH);
    for (const component of RISK_COMPONENTS) {
      const sum = contributions
        .filter((contribution) => contribution.component === component)
        .reduce((total, { points }) => total + points, 0);
      t.true(Math.abs(sum - components[component]) < 1e-6, component);
    }
    const known = new Set(enrichment.evidence.map(({ evidenceId }) => evidenceId));
    t.true(
      contributions.every(({ evidenceIds }) => evidenceIds.length > 0 && evidenceIds.every((id) => known.has(id))),
    );
  }
});

test('S4-03 more of any rising feature never lowers the score', (t) => {
  const rising = FEATURES.filter(({ rises }) => rises);
  fc.assert(
    fc.property(fc.constantFrom(...rising), fc.double({ min: 0, max: 5, noNaN: true }), ({ name, fromPeers }, more) => {
      const values = fromPeers ? base.peerValues : base.ownValues;
      const raised = { ...values, [name]: (values[name] ?? 0) + more };
      const changed = { ...base, ...(fromPeers ? { peerValues: raised } : { ownValues: raised }) };
      t.true(assessRisk(DEPS, changed, WITH).riskScore >= assessRisk(DEPS, base, WITH).riskScore - 1e-9);
    }),
  );
});

test('S4-03 a stronger match and a riskier country never lower the score', async (t) => {
  const scoreOf = async (nameScore: number, listDateOfBirth: string | null): Promise<number> =>
    assessRisk(
      DEPS,
      await enriched(listedAlert('SANCTIONS', [matchOf({ matchScore: nameScore, listDateOfBirth })])),
      WITH,
    ).riskScore;
  const rising = [
    await scoreOf(0.85, '1931-01-02'),
    await scoreOf(0.9, '1931-01-02'),
    await scoreOf(0.9, null),
    await scoreOf(0.9, '1980-02-03'),
    await scoreOf(1, '1980-02-03'),
  ];
  t.deepEqual(
    rising.toSorted((one, other) => one - other),
    rising,
  );
  const abroad = (country: string) => assessRisk(DEPS, { ...base, countries: [country] }, WITH).riskScore;
  t.true(abroad('IR') > abroad('SY') && abroad('SY') > abroad('NL'));
});

test('S4-03 the counterfactual is the same call without what peers gave', async (t) => {
  const given = await enriched(alertOf(), { hints: senders.map((name) => hintOn(name, 1)) });
  const without = { withPeers: false } as const;
  t.deepEqual(assessRisk(DEPS, given, without), assessRisk(DEPS, base, without));
  t.true(assessRisk(DEPS, given, WITH).riskScore > assessRisk(DEPS, given, without).riskScore);
  const fromPeers = assessRisk(DEPS, given, WITH).contributions.filter((contribution) => contribution.fromPeers);
  t.deepEqual([...new Set(fromPeers.flatMap(({ evidenceIds }) => evidenceIds))], ['peers:hints']);
});

test('an unknown customer and missing fields raise the customer component', async (t) => {
  const stranger = { ...base, customerKnown: false };
  t.true(assessRisk(DEPS, stranger, WITH).components.customer > assessRisk(DEPS, base, WITH).components.customer);
  const missing = { ...base, dataQuality: { ...base.dataQuality, missingCriticalFields: ['account'] } };
  t.is(assessRisk(DEPS, missing, WITH).components.customer, 5);
});

test('an alert about no account that is known has no transaction or network score', async (t) => {
  const { customer } = alertOf();
  const stranger = { ...customer, customerId: 'nobody' as typeof customer.customerId };
  const { components } = assessRisk(
    DEPS,
    await enriched(listedAlert('PEP', [matchOf()], { customer: stranger })),
    WITH,
  );
  t.is(components.transaction, 0);
  t.is(components.network, 0);
});
