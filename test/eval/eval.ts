// `npm run eval -- --data DIR --out DIR`: the same alerts decided by agencies apart, in a federation, and pooled, each by
// models that they have learnt from their own first half.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTruth } from '../demo/truth.ts';
import { fileOf, openDataSet, readJsonLines } from '../tools/federation/data-set.ts';
import { precisionRecall } from './curve.ts';
import { type Decided, REGIMES, runRegime } from './regimes.ts';
import { type ByRegime, byRegime, cutsOf, gainsOf, type Report, secondHalf, type ScoredRegimes } from './report.ts';
import { reportHtml } from './report-html.ts';
import { scored } from './score.ts';
import { isReached, wantedOf } from './wanted.ts';
import { weeksOf } from './weeks.ts';

/** For comparison between sets: with three agencies more is impossible, since k + 1 of them must be there. */
const THRESHOLD = 2;
/** Of the bootstrap; nothing else here is drawn. */
const SEED = 1;

const { values } = parseArgs({ options: { data: { type: 'string' }, out: { type: 'string' } } });
if (values.data === undefined || values.out === undefined) {
  console.error('a data set and a folder for the results are needed: npm run eval -- --data DIR --out DIR');
  process.exit(2);
}
const data = openDataSet(resolve(values.data));
const out = resolve(values.out);
const startedAt = performance.now();
const seconds = (): number => (performance.now() - startedAt) / 1_000;
const tell = (text: string): void => console.log(`${seconds().toFixed(1).padStart(7)} s  ${text}`);

const truth = readTruth(data.directory);
const weeks = weeksOf(data, truth);
const terms = { keyHolder: data.agencies[0]?.agencyId ?? '', threshold: THRESHOLD };
tell(`${data.name}, SYNTHETIC: ${data.agencies.length} agencies, ${weeks.weeks.length} weeks, k = ${THRESHOLD}`);

const runs = new Map<string, Decided>();
for (const regime of REGIMES) {
  const input = { data, truth, weeks, terms, tell: (text: string) => tell(`${regime}: ${text}`) };
  const result = await runRegime(regime, input);
  runs.set(regime, result);
  mkdirSync(join(out, regime), { recursive: true });
  writeLines(join(out, regime, 'decisions.jsonl'), result.first);
  writeLines(join(out, regime, 'last-decisions.jsonl'), result.last);
  tell(`${regime}: ${result.last.length} alerts decided`);
}
const decided: ByRegime<Decided> = byRegime((regime) => {
  const run = runs.get(regime);
  if (run === undefined) throw new Error(`${regime} did not run`);
  return run;
});

const customers = new Map(
  data.agencies.flatMap(({ agencyId, folder }) =>
    readJsonLines<{ alert_id: string; customer_data: { customer_id: string } }>(fileOf(folder, 'alerts.jsonl')).map(
      (alert) => [`${agencyId}/${alert.alert_id}`, alert.customer_data.customer_id] as const,
    ),
  ),
);
const rowsOf = (which: 'first' | 'last'): ScoredRegimes =>
  byRegime((regime) => scored(decided[regime][which], truth, customers));
const [first, last] = [rowsOf('first'), rowsOf('last')];
const judged = { data: data.name, cuts: cutsOf(last, first), gains: gainsOf(last, first, SEED) };
const report: Report = {
  ...judged,
  synthetic: true,
  k: THRESHOLD,
  seed: SEED,
  seconds: seconds(),
  indicators: decided.federated.indicators,
  split: weeks.split,
  learnt: byRegime((regime) => decided[regime].learnt),
  reliability: byRegime((regime) => decided[regime].reliability),
  wanted: wantedOf(judged),
};
writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
const curves = byRegime((regime) => precisionRecall(secondHalf(first[regime])));
writeFileSync(join(out, 'report.html'), reportHtml(report, curves));

for (const { name, regimes } of report.cuts.slice(0, 2)) {
  console.log(name);
  for (const regime of REGIMES) {
    const { autoClear, averagePrecision, missed, recallAt1Percent } = regimes[regime];
    const figures = [averagePrecision, recallAt1Percent, autoClear.value, missed.value].map((one) => one.toFixed(3));
    const interval = `[${missed.low.toFixed(3)}, ${missed.high.toFixed(3)}]`;
    console.log(
      `  ${regime.padEnd(10)} AP ${figures[0]}  R@1% ${figures[1]}  cleared ${figures[2]}  missed ${figures[3]} ${interval}`,
    );
  }
}
for (const { against, averagePrecision, decisions, recallAt1Percent } of report.gains) {
  const text = ({ high, low, value }: typeof averagePrecision): string =>
    `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  const figures = `AP ${text(averagePrecision)}, R@1% ${text(recallAt1Percent)}`;
  console.log(`federated less ${against}, ${decisions} decisions: ${figures}`);
}
for (const wanted of report.wanted) {
  const verdict = isReached(wanted) ? 'reached' : 'MISSED';
  console.log(`${verdict}  ${wanted.figure}: ${wanted.reached.toFixed(3)}, wanted ${wanted.bar.toFixed(3)}`);
}
if (!report.wanted.every(isReached)) process.exitCode = 1;
tell(`written to ${out}`);

function writeLines(path: string, lines: readonly unknown[]): void {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
