import { entityModelId, type PropensityModel } from '../models/artefacts.ts';

/** What triage and analysts said of one alert on an entity. */
export type EntityCase = {
  readonly alertId: string;
  readonly alertType: string;
  readonly priority: string;
  readonly raisedAtMs: number;
  /** Of the last decision; null while it waits for its first. */
  readonly disposition: string | null;
  readonly riskScore: number | null;
  readonly typologies: readonly string[];
  /** Of the person who looked into it. */
  readonly outcome: 'TRUE_POSITIVE' | 'FALSE_POSITIVE' | null;
  readonly accountId: string | null;
  /** Entries of lists that the source of the alert names. */
  readonly matches: readonly {
    readonly listName: string;
    readonly entryId: string;
    readonly name: string;
    readonly score: number;
    readonly program: string | null;
  }[];
};

/** Somebody that the entity has to do with, and what is known of them alone. */
export type LinkedRisk = { readonly key: string; readonly confidence: number; readonly cases: readonly EntityCase[] };

/** One thing that speaks for or against risk, in log-odds, and what it rests on. */
export type PropensityReason = {
  readonly kind: 'case' | 'typology' | 'outcome' | 'listed' | 'link';
  readonly contribution: number;
  /** Alerts, typologies or entities. */
  readonly about: readonly string[];
};

export type Propensity = {
  /** 0 to 1: how readily the entity is to be expected in a true report. */
  readonly propensity: number;
  /** With the intercept they add up to its log-odds; largest first. */
  readonly reasons: readonly PropensityReason[];
  readonly intercept: number;
  readonly model: string;
};

const DAY_MS = 86_400_000;

/**
 * Says how risky an entity is, from what became of its alerts, the patterns that were found and whom it has to do with.
 * Pure: equal facts give equal bytes. No more of a fact that speaks for risk ever lowers it.
 */
export function propensityOf(
  model: PropensityModel,
  cases: readonly EntityCase[],
  linked: readonly LinkedRisk[],
  asOfMs: number,
): Propensity {
  const reasons = [...ownReasons(model, cases, asOfMs), ...linkReasons(model, linked, asOfMs)]
    .filter(({ contribution }) => contribution !== 0)
    .sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
  const logOdds = reasons.reduce((sum, { contribution }) => sum + contribution, model.intercept);
  return {
    propensity: 1 / (1 + Math.exp(-logOdds)),
    reasons,
    intercept: model.intercept,
    model: entityModelId(model),
  };
}

function ownReasons(model: PropensityModel, cases: readonly EntityCase[], asOfMs: number): readonly PropensityReason[] {
  const ids = (chosen: readonly EntityCase[]): readonly string[] => chosen.map(({ alertId }) => alertId).sort();
  // That somebody found an alert unfounded replaces what a machine thought of it.
  const open = cases.filter(({ outcome, riskScore }) => outcome !== 'FALSE_POSITIVE' && riskScore !== null);
  const points = open.map((one) => (one.riskScore ?? 0) * 2 ** (-ageDays(one, asOfMs) / model.case.halfLifeDays));
  const worst = Math.max(0, ...points) * model.case.perRiskPoint;
  const confirmed = cases.filter(({ outcome }) => outcome === 'TRUE_POSITIVE');
  const unfounded = cases.filter(({ outcome }) => outcome === 'FALSE_POSITIVE');
  const typologies = [
    ...new Set(cases.filter(({ outcome }) => outcome !== 'FALSE_POSITIVE').flatMap((one) => one.typologies)),
  ].sort();
  const blocked = open.filter(({ disposition }) => disposition === 'BLOCK_TRANSACTION');
  const reported = open.filter(({ disposition }) => disposition === 'ESCALATE_SAR');
  return [
    { kind: 'case', contribution: Math.min(model.case.most, worst), about: ids(open) },
    {
      kind: 'typology',
      contribution: Math.min(model.typology.most, model.typology.each * typologies.length),
      about: typologies,
    },
    { kind: 'outcome', contribution: confirmed.length > 0 ? model.outcome.truePositive : 0, about: ids(confirmed) },
    // That one alert was unfounded says nothing against another one that was confirmed.
    {
      kind: 'outcome',
      contribution: confirmed.length === 0 && unfounded.length > 0 ? model.outcome.falsePositive : 0,
      about: ids(unfounded),
    },
    { kind: 'listed', contribution: blocked.length > 0 ? model.listed.blocked : 0, about: ids(blocked) },
    { kind: 'listed', contribution: reported.length > 0 ? model.listed.reported : 0, about: ids(reported) },
  ];
}

/** Of those that an entity has to do with, what stands against them beyond the average, by how sure the link is. */
function linkReasons(
  model: PropensityModel,
  linked: readonly LinkedRisk[],
  asOfMs: number,
): readonly PropensityReason[] {
  const parts = linked
    .filter(({ confidence }) => confidence >= model.link.leastConfidence)
    .map(({ cases, confidence, key }) => {
      const theirs = ownReasons(model, cases, asOfMs).reduce((sum, { contribution }) => sum + contribution, 0);
      return { key, part: Math.max(0, theirs) * confidence * model.link.perLogOdds };
    })
    .filter(({ part }) => part > 0);
  const sum = parts.reduce((total, { part }) => total + part, 0);
  return [{ kind: 'link', contribution: Math.min(model.link.most, sum), about: parts.map(({ key }) => key).sort() }];
}

function ageDays({ raisedAtMs }: EntityCase, asOfMs: number): number {
  return Math.max(0, asOfMs - raisedAtMs) / DAY_MS;
}
