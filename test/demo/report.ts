/** One line of the closing table. */
export type Line = {
  readonly section: Section;
  /** Heads a table that begins with this line. */
  readonly before?: string;
  /** What is said; the first row stands beside n and verdict and has TEXT_COLUMNS, further ones are indented. */
  readonly rows: readonly string[];
  /** How many things it speaks of. */
  readonly n: number;
  readonly pass: boolean;
  /** The same for programs. */
  readonly values: Readonly<Record<string, unknown>>;
};

export const SECTIONS = [
  'One alert, twice',
  'Triage',
  'Found only together',
  'Who learnt what',
  'When things go wrong',
] as const;
export type Section = (typeof SECTIONS)[number];

export const COLUMNS = 80;
const TEXT_COLUMNS = 67;

/** The closing table, 80 columns wide; every section says that its data is synthetic. */
export function tableText(lines: readonly Line[]): string {
  return SECTIONS.flatMap((section) => {
    const own = lines.filter((line) => line.section === section);
    return own.length === 0 ? [] : [heading(section), ...own.flatMap(rowsOf), ''];
  }).join('\n');
}

/** A rule across the screen with a title; all that the demo shows is made up, and it says so wherever one looks. */
export function heading(title: string): string {
  return `-- ${title} -- SYNTHETIC `.padEnd(COLUMNS, '-');
}

function rowsOf({ before, n, pass, rows }: Line): readonly string[] {
  const [first = '', ...rest] = rows;
  const verdict = `${`n=${n}`.padStart(7)} ${pass ? 'PASS' : 'FAIL'}`;
  return [
    ...(before === undefined ? [] : [before]),
    `${first.padEnd(TEXT_COLUMNS)} ${verdict}`,
    ...rest.map((row) => `  ${row}`),
  ];
}
