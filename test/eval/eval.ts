// `npm run eval -- --data DIR --out DIR`: the same alerts decided by agencies apart, in a federation, and pooled.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTruth } from '../demo/truth.ts';
import { fileOf, openDataSet, readJsonLines, windowsOf } from '../tools/federation/data-set.ts';
import { seededRandom } from '../tools/random-sources.ts';
import { precisionRecall } from './curve.ts';
import { type Decided, type Regime, REGIMES, runRegime } from './regimes.ts';
import { cutsOf, gainsOf, type Report, type ScoredRegimes } from './report.ts';
import { reportHtml } from './report-html.ts';
import { scored } from './score.ts';

const WINDOWS = 4;
/** For comparison between sets: with three agencies more is impossible, since k + 1 of them must be there. */
const THRESHOLD = 2;
const SEED = 'evaluation 1';

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

const windows = windowsOf(data, WINDOWS);
const terms = { keyHolder: data.agencies[0]?.agencyId ?? '', threshold: THRESHOLD };
tell(`${data.name}, SYNTHETIC: ${data.agencies.length} agencies, ${WINDOWS} windows, k = ${THRESHOLD}, seed ${SEED}`);

const decided = new Map<Regime, Decided>();
for (const regime of REGIMES) {
  const result = await runRegime(regime, { data, windows, terms, tell: (text) => tell(`${regime}: ${text}`) });
  decided.set(regime, result);
  mkdirSync(join(out, regime), { recursive: true });
  writeLines(join(out, regime, 'decisions.jsonl'), result.last);
  writeLines(join(out, regime, 'first-decisions.jsonl'), result.first);
  tell(`${regime}: ${result.last.length} alerts decided`);
}

const truth = readTruth(data.directory);
const customers = new Map(
  data.agencies.flatMap(({ agencyId, folder }) =>
    readJsonLines<{ alert_id: string; customer_data: { customer_id: string } }>(fileOf(folder, 'alerts.jsonl')).map(
      (alert) => [`${agencyId}/${alert.alert_id}`, alert.customer_data.customer_id] as const,
    ),
  ),
);
const rowsOf = (which: 'first' | 'last'): ScoredRegimes =>
  Object.fromEntries(
    REGIMES.map((regime) => [regime, scored(decided.get(regime)?.[which] ?? [], truth, customers)]),
  ) as unknown as ScoredRegimes;
const last = rowsOf('last');
const report: Report = {
  synthetic: true,
  data: data.name,
  k: THRESHOLD,
  seed: SEED,
  seconds: seconds(),
  indicators: decided.get('federated')?.indicators ?? 0,
  cuts: cutsOf(last, rowsOf('first')),
  gains: gainsOf(last, seededRandom(SEED)),
};
writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
const curves = Object.fromEntries(
  REGIMES.map((regime) => [regime, precisionRecall(last[regime])]),
) as unknown as Parameters<typeof reportHtml>[1];
writeFileSync(join(out, 'report.html'), reportHtml(report, curves));

for (const { name, regimes } of report.cuts.slice(0, 4)) {
  console.log(name);
  for (const regime of REGIMES) {
    const { autoClearRate, averagePrecision, missRate, recallAt1Percent } = regimes[regime];
    const figures = [averagePrecision, recallAt1Percent, autoClearRate, missRate].map((figure) => figure.toFixed(3));
    console.log(
      `  ${regime.padEnd(10)} AP ${figures[0]}  R@1% ${figures[1]}  cleared ${figures[2]}  missed ${figures[3]}`,
    );
  }
}
for (const { against, half, high, low, value } of report.gains) {
  const bounds = [value, low, high].map((figure) => figure.toFixed(3));
  console.log(`federated less ${against}, ${half}: AP ${bounds[0]} [${bounds[1]}, ${bounds[2]}]`);
}
tell(`written to ${out}`);

function writeLines(path: string, lines: readonly unknown[]): void {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
