import type { ByRegime } from './report.ts';
import { type Regime, REGIMES } from './regimes.ts';

export const COLOURS: ByRegime<string> = { isolated: '#8a8a8a', federated: '#0b6e4f', pooled: '#1f4e9c' };

const SIDE = 360;
const EDGE = 40;

/** Where a share of each axis stands. */
export type Frame = { readonly x: (share: number) => string; readonly y: (share: number) => string };

const FRAME: Frame = {
  x: (share) => (EDGE + share * SIDE).toFixed(1),
  y: (share) => (EDGE + (1 - share) * SIDE).toFixed(1),
};

/** A square of shares from 0 to 1 with what each regime draws into it, and the regimes' names. */
export function square(
  { label, across, up }: { readonly label: string; readonly across: string; readonly up: string },
  draw: (regime: Regime, colour: string, frame: Frame) => string,
  behind = '',
): string {
  const drawn = REGIMES.map((regime, place) => {
    const name = `<text x="${EDGE + SIDE + 12}" y="${EDGE + 16 + place * 20}" fill="${COLOURS[regime]}">${regime}</text>`;
    return `${draw(regime, COLOURS[regime], FRAME)}${name}`;
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${FRAME.x(share)}" y="${EDGE + SIDE + 18}" text-anchor="middle">${share}</text>` +
      `<text x="${EDGE - 6}" y="${FRAME.y(share)}" text-anchor="end" dominant-baseline="middle">${share}</text>`,
  );
  return `<svg role="img" aria-label="${label}" width="${SIDE + 3 * EDGE + 60}" height="${SIDE + 2 * EDGE}" font-size="12">
<rect x="${EDGE}" y="${EDGE}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#bbb"/>
${behind}${marks.join('')}
<text x="${EDGE + SIDE / 2}" y="${EDGE + SIDE + 34}" text-anchor="middle">${across}</text>
<text x="12" y="${EDGE - 14}">${up}</text>
${drawn.join('\n')}</svg>`;
}

/** The line on which both shares are equal. */
export const DIAGONAL = `<line x1="${FRAME.x(0)}" y1="${FRAME.y(0)}" x2="${FRAME.x(1)}" y2="${FRAME.y(1)}" stroke="#ddd"/>`;
