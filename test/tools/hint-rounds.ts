// node test/tools/hint-rounds.ts SET [draws]: what a first and a second round of hints add to triage, on the second half
// by time of a data set of the layout of data/federation3. Plain models of each agency, trained on its own first half
// with the features of the same round; weekly epochs; hints of two buckets. Deterministic for one count of draws.
import { FEATURES, type FeatureValues } from '../../node/triage/features/feature-table.ts';
import { NOTHING_GIVEN, peerFeatures } from '../../node/triage/features/peer-features.ts';
import { fitCounterparty, fitSubject } from '../../node/triage/learning/fit-heads.ts';
import { averagePrecision, recallAt } from '../../node/triage/learning/measures.ts';
import { scoreHead } from '../../node/triage/models/linear-head.ts';
import { type Case, ownValues, readCases } from './training/cases.ts';
import { epochEndsOf, type Heads, hintsFor, playHints, type ShownHints } from './training/peers.ts';
import { readSet, readTruth } from './training/read-set.ts';

const RIDGE = 30;
const EPSILONS = [3, 16] as const;

type Models = ReadonlyMap<string, Heads>;
type Quality = { readonly precision: number; readonly recall: number };

const [directory, draws = '3'] = process.argv.slice(2);
if (directory === undefined) throw new Error('which data set?');
const agencies = await readSet(directory);
const cases = await readCases(agencies, await readTruth(directory));
const epochEnds = epochEndsOf(cases);
const first = cases.filter(({ half }) => half === '1');
const second = cases.filter(({ half }) => half === '2');

const counterparties = new Map(
  agencies.map(({ agency }) => [agency, fitCounterparty(first.filter((one) => one.agency === agency))]),
);
const own = new Map(cases.map((one) => [one, ownValues(one, known(counterparties, one.agency))]));
const nothing: ShownHints = new Map();

const alone = modelsWith(nothing);
report('no hints', [qualityOf(alone, nothing)]);
for (const epsilon of EPSILONS) {
  const once: Quality[] = [];
  const twice: Quality[] = [];
  for (let draw = 1; draw <= Number(draws); draw += 1) {
    const terms = { agencies, epochEnds, epsilon, seed: `/${draw}` };
    const heard = await playHints({ ...terms, headsOf: (agency) => known(alone, agency) });
    const models = modelsWith(heard);
    const answered = await playHints({ ...terms, headsOf: (agency) => known(models, agency), heard });
    once.push(qualityOf(models, heard));
    twice.push(qualityOf(modelsWith(answered), answered));
  }
  report(`one round, epsilon ${epsilon}`, once);
  report(`two rounds, epsilon ${epsilon} each`, twice);
}

function modelsWith(shown: ShownHints): Models {
  return new Map(
    agencies.map(({ agency }) => {
      const rows = first.filter((one) => one.agency === agency);
      const training = rows.map((one) => ({ values: valuesOf(one, shown), positive: one.positive }));
      return [agency, { counterparty: known(counterparties, agency), subject: fitSubject(training, FEATURES, RIDGE) }];
    }),
  );
}

function valuesOf(one: Case, shown: ShownHints): FeatureValues {
  const hints = hintsFor(one, shown);
  return { ...own.get(one), ...peerFeatures(one.neighbourhood, { ...NOTHING_GIVEN, hints }) };
}

function qualityOf(models: Models, shown: ShownHints): Quality {
  const scored = second.map((one) => ({
    score: scoreHead(known(models, one.agency).subject, valuesOf(one, shown)).logOdds,
    positive: one.positive,
  }));
  return { precision: averagePrecision(scored), recall: recallAt(scored, 0.01) };
}

function report(name: string, found: readonly Quality[]): void {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const precisions = found.map(({ precision }) => precision);
  const spread = `${Math.min(...precisions).toFixed(3)} to ${Math.max(...precisions).toFixed(3)}`;
  const recall = mean(found.map(({ recall: share }) => share)).toFixed(3);
  console.log(`${name}: average precision ${mean(precisions).toFixed(3)} (${spread}), recall at 1 % ${recall}`);
}

function known<Value>(map: ReadonlyMap<string, Value>, agency: string): Value {
  const value = map.get(agency);
  if (value === undefined) throw new Error(`no agency ${agency}`);
  return value;
}
