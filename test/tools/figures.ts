import type { RunningProgram } from './programs.ts';

/** Values of a program's metrics, each by its name and labels as Prometheus writes them. */
export type Figures = ReadonlyMap<string, number>;

export async function figuresOf(program: RunningProgram): Promise<Figures> {
  const response = await fetch(new URL('/metrics', String(program.addresses['metrics'])));
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** Sum over all series of a metric whose labels hold every one of those given. */
export function sumOf(figures: Figures, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let sum = 0;
  for (const [series, value] of figures) {
    const isOf = series === name || series.startsWith(`${name}{`);
    if (isOf && wanted.every((label) => series.includes(label))) sum += value;
  }
  return sum;
}
