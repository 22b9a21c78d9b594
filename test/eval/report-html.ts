import type { Report } from './report.ts';
import { type Regime, REGIMES } from './regimes.ts';
import type { CurvePoint } from './curve.ts';

const COLOURS: Readonly<Record<Regime, string>> = { isolated: '#8a8a8a', federated: '#0b6e4f', pooled: '#1f4e9c' };
const SIDE = 360;
const EDGE = 40;

/** A page that stands alone: no script, no font, no picture from elsewhere. */
export function reportHtml(report: Report, curves: Readonly<Record<Regime, readonly CurvePoint[]>>): string {
  const { data, k, seconds, cuts, gains } = report;
  const tables = cuts.map(
    ({ name, regimes }) => `<h2>${escaped(name)}</h2>
<table><tr><th>regime</th><th>alerts</th><th>true</th><th>average precision</th><th>recall at 1 %</th><th>recall at 5 %</th><th>found</th><th>wrongly raised</th><th>auto-clear</th><th>miss rate</th><th>95 %</th></tr>
${REGIMES.map((regime) => rowOf(regime, regimes[regime])).join('\n')}</table>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Concordat evaluation</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1a1a1a }
table { border-collapse: collapse; font-variant-numeric: tabular-nums } td, th { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #ddd }
td:first-child, th:first-child { text-align: left }
</style>
<h1>Evaluation on ${escaped(data)} <small>(synthetic)</small></h1>
<p>Each regime runs the program over the same windows of data time, in processes of its own. Isolated: nodes exchange nothing.
Federated: all in one federation, k = ${k}. Pooled: one node fed every view; the reference scorer was fitted on agencies' own views,
so that this is a comparison and no upper bound. ${Math.round(seconds)} s in all.</p>
<ul>${gains.map(({ against, half, high, low, value }) => `<li>federated less ${against}, ${half}: average precision ${signed(value)} [${signed(low)}, ${signed(high)}]</li>`).join('')}</ul>
${curveSvg(curves)}
${tables.join('\n')}
</html>
`;
}

function rowOf(regime: Regime, measures: Report['cuts'][number]['regimes'][Regime]): string {
  const { missInterval } = measures;
  const cells = [
    measures.alerts,
    measures.positives,
    measures.averagePrecision.toFixed(3),
    measures.recallAt1Percent.toFixed(3),
    measures.recallAt5Percent.toFixed(3),
    measures.found,
    measures.wronglyRaised,
    measures.autoClearRate.toFixed(3),
    measures.missRate.toFixed(3),
    `${missInterval[0].toFixed(3)} to ${missInterval[1].toFixed(3)}`,
  ];
  return `<tr><td>${regime}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** Precision over recall of the last decisions. */
function curveSvg(curves: Readonly<Record<Regime, readonly CurvePoint[]>>): string {
  const x = (recall: number): string => (EDGE + recall * SIDE).toFixed(1);
  const y = (precision: number): string => (EDGE + (1 - precision) * SIDE).toFixed(1);
  const lines = REGIMES.map((regime, place) => {
    const points = curves[regime].map(({ precision, recall }) => `${x(recall)},${y(precision)}`).join(' ');
    const label = `<text x="${EDGE + SIDE + 12}" y="${EDGE + 16 + place * 20}" fill="${COLOURS[regime]}">${regime}</text>`;
    return `<polyline points="${points}" fill="none" stroke="${COLOURS[regime]}" stroke-width="2"/>${label}`;
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(share)}" y="${EDGE + SIDE + 18}" text-anchor="middle">${share}</text>` +
      `<text x="${EDGE - 6}" y="${y(share)}" text-anchor="end" dominant-baseline="middle">${share}</text>`,
  );
  return `<svg role="img" aria-label="precision over recall by regime" width="${SIDE + 3 * EDGE + 60}" height="${SIDE + 2 * EDGE}" font-size="12">
<rect x="${EDGE}" y="${EDGE}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#bbb"/>
${marks.join('')}
<text x="${EDGE + SIDE / 2}" y="${EDGE + SIDE + 34}" text-anchor="middle">recall</text>
<text x="12" y="${EDGE - 14}">precision</text>
${lines.join('\n')}</svg>`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
