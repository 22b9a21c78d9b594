import type { CliContext } from './context.ts';

/** Writes a result: as one JSON document, or as the lines that a person reads. */
export function print(
  context: CliContext,
  options: { readonly json?: boolean },
  value: unknown,
  lines: () => readonly string[],
): void {
  const text = options.json === true ? JSON.stringify(value) : lines().join('\n');
  if (text !== '') context.out(`${text}\n`);
}

/** Columns of texts, padded; the last is left as it is. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '),
  );
}
