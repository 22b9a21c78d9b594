import type { CurvePoint } from './curve.ts';
import type { Learnt } from './learn.ts';
import type { ByRegime, Gain, Report } from './report.ts';
import { type Regime, REGIMES } from './regimes.ts';
import type { Measures } from './score.ts';
import { DIAGONAL, square } from './svg.ts';
import { isReached } from './wanted.ts';

type Interval = { readonly value: number; readonly low: number; readonly high: number };

/** A page that stands alone: no script, no font, no picture from elsewhere. */
export function reportHtml(report: Report, curves: ByRegime<readonly CurvePoint[]>): string {
  const { data, k, seconds, cuts, gains, split } = report;
  const tables = cuts.map(
    ({ name, regimes }) => `<h2>${escaped(name)}</h2>
<table><tr><th>regime</th><th>alerts</th><th>true</th><th>average precision</th><th>recall at 1 %</th><th>recall at 5 %</th><th>found</th><th>wrongly raised</th><th>auto-clear</th><th>miss rate</th></tr>
${REGIMES.map((regime) => measureRow(regime, regimes[regime])).join('\n')}</table>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Concordat evaluation</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 66rem; padding: 0 1rem; color: #1a1a1a }
table { border-collapse: collapse; font-variant-numeric: tabular-nums } td, th { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #ddd }
td:first-child, th:first-child { text-align: left }
</style>
<h1>Evaluation on ${escaped(data)} <small>(synthetic)</small></h1>
<p>Each regime runs the program over the same weeks of data time, in processes of its own. Every agency begins with the
reference weights, which nothing has trained. On ${split} the outcomes of what it has decided are entered, it trains by its
own command, and a second person approves; what counts is decided from then on. Isolated: nodes exchange nothing.
Federated: all in one federation, k = ${k}, default hints, an epoch a week. Pooled: one node fed every view. Numbers in
brackets are 95 % intervals, of gains by a bootstrap over customers. ${Math.round(seconds)} s in all.</p>
<h2>What the federation gains</h2>
<ul>${gains.map(gainItem).join('')}</ul>
${wantedTable(report)}
${precisionRecallSvg(curves)}
${reliabilitySvg(report)}
<h2>How the models were learnt</h2>
<table><tr><th>regime, agency</th><th>outcomes</th><th>true</th><th>model</th><th>held back</th><th>gain over the reference weights</th><th>approved</th></tr>
${REGIMES.flatMap((regime) => report.learnt[regime].map((learnt) => learntRow(regime, learnt))).join('\n')}</table>
${tables.join('\n')}
</html>
`;
}

function measureRow(regime: Regime, measures: Measures): string {
  const cells = [
    measures.alerts,
    measures.positives,
    measures.averagePrecision.toFixed(3),
    measures.recallAt1Percent.toFixed(3),
    measures.recallAt5Percent.toFixed(3),
    measures.found,
    measures.wronglyRaised,
    interval(measures.autoClear),
    interval(measures.missed),
  ];
  return row([regime, ...cells]);
}

function learntRow(regime: Regime, { agency, approved, comparison, model, outcomes, positives }: Learnt): string {
  const gain = comparison === null ? 'not compared' : signedInterval(comparison.gain.average_precision);
  const held = comparison === null ? '' : `${comparison.rows}, ${comparison.positives} true`;
  const cells = [outcomes, positives, model ?? 'too few rows', held, gain, approved ? 'yes' : 'no'];
  return row([`${regime}, ${agency}`, ...cells]);
}

function gainItem({ against, averagePrecision, decisions, recallAt1Percent }: Gain): string {
  return `<li>federated less ${against}, ${decisions} decisions: average precision ${signedInterval(averagePrecision)}, recall at 1 % ${signedInterval(recallAt1Percent)}</li>`;
}

/** Beside what a plain model reaches on the same set, where that is known. */
function wantedTable({ wanted }: Report): string {
  if (wanted.length === 0) return '';
  const rows = wanted.map((one) =>
    row([one.figure, one.bar.toFixed(3), one.reached.toFixed(3), isReached(one) ? 'yes' : 'no']),
  );
  return `<h2>Beside plain gradient boosting</h2>
<table><tr><th>figure</th><th>wanted</th><th>here</th><th>reached</th></tr>
${rows.join('\n')}</table>`;
}

function precisionRecallSvg(curves: ByRegime<readonly CurvePoint[]>): string {
  const axes = { label: 'precision over recall by regime', across: 'recall', up: 'precision' };
  return square(axes, (regime, colour, { x, y }) => {
    const points = curves[regime].map(({ precision, recall }) => `${x(recall)},${y(precision)}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  });
}

/** A point a bin of an agency's model, the larger the more alerts are in it. */
function reliabilitySvg({ reliability }: Report): string {
  const axes = { label: 'share seen over probability said', across: 'probability said', up: 'share seen' };
  return square(
    axes,
    (regime, colour, { x, y }) =>
      reliability[regime]
        .flatMap((model) => model.reliability)
        .map(({ rows, said, seen }) => {
          const radius = Math.sqrt(rows / 8).toFixed(1);
          return `<circle cx="${x(said)}" cy="${y(seen.value)}" r="${radius}" fill="${colour}" fill-opacity=".5"/>`;
        })
        .join(''),
    DIAGONAL,
  );
}

function row(cells: readonly (string | number)[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function interval({ high, low, value }: Interval): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function signedInterval({ high, low, value }: Interval): string {
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
