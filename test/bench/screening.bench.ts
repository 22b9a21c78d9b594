import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { distance } from 'fastest-levenshtein';
import type { ScreeningQuery } from '../../node/screening/query.ts';
import { buildScreeningIndex, type ScreeningIndex } from '../../node/screening/screening-index.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import {
  cpuMs,
  f1Of,
  found,
  listedEntries,
  namePairs,
  peopleOf,
  screeningSets,
  takesForOne,
} from '../tools/screening-sets.ts';
import type { BenchRow } from './bench-row.ts';
import { jaroWinkler } from './jaro-winkler.ts';

type Sets = NonNullable<ReturnType<typeof screeningSets>>;

/** A scan looks at every name for every query, so a sample of them is enough to know its pace. */
const SCANNED_LISTED = 150;
const SCANNED_STRANGERS = 300;

/** Screening against OFAC 2021 and the United Nations' list, and pairs of names, each beside the plain way to do it. */
export async function run(): Promise<readonly BenchRow[]> {
  const sets = screeningSets();
  if (sets === undefined) return [];
  const entries = await listedEntries(sets);
  return [...sanctions(sets, buildScreeningIndex(entries), entries), ...names(sets)];
}

function sanctions(sets: Sets, index: ScreeningIndex, entries: readonly ListEntry[]): readonly BenchRow[] {
  const listed = peopleOf(sets, 'positives_un_untreated');
  const misspelt = peopleOf(sets, 'positives_un_treated');
  const strangers = ['negatives_us', 'negatives_global'].flatMap((file) => peopleOf(sets, file));
  found(index, strangers.slice(0, 500));
  const scan = scanned(entries, misspelt.slice(0, SCANNED_LISTED), strangers.slice(0, SCANNED_STRANGERS));
  const times = [...listed, ...strangers.slice(0, listed.length)].map((query) => cpuMs(() => found(index, [query])));
  const pace = { unit: '/s and core', target: '>= 300' };
  const scanPace = { what: 'Levenshtein scan', value: scan.perSecond };
  const scanRecall = { what: 'Levenshtein scan that hits no stranger of 300', value: scan.recall * 100 };
  const recall = (people: readonly ScreeningQuery[]): number =>
    (found(index, people, 'UN').length / people.length) * 100;
  return [
    {
      what: 'screening: queries for listed people',
      value: paceOf(index, [...listed, ...misspelt]),
      ...pace,
      anchor: scanPace,
    },
    { what: 'screening: queries for strangers', value: paceOf(index, strangers), ...pace, anchor: scanPace },
    {
      what: 'screening: processor time of a query, median',
      value: median(times),
      unit: 'ms',
      target: '<= 2',
      anchor: { what: 'Levenshtein scan', value: 1_000 / scan.perSecond },
    },
    { what: 'screening: recall of listed people', value: recall(listed), unit: '%', target: '>= 95', anchor: null },
    { what: 'screening: recall, misspelt', value: recall(misspelt), unit: '%', target: '>= 95', anchor: scanRecall },
    {
      what: 'screening: false hits per 1,000 strangers',
      value: (found(index, strangers).length / strangers.length) * 1_000,
      unit: '',
      target: '<= 1',
      anchor: null,
    },
  ];
}

function paceOf(index: ScreeningIndex, people: readonly ScreeningQuery[]): number {
  return (people.length / cpuMs(() => void found(index, people))) * 1_000;
}

/** Compares a query with every name of the lists, words sorted; its threshold is the lowest that hits no stranger. */
function scanned(
  entries: readonly ListEntry[],
  listed: readonly ScreeningQuery[],
  strangers: readonly ScreeningQuery[],
): { readonly perSecond: number; readonly recall: number } {
  const known = entries.flatMap(({ name, aliases }) => [name, ...aliases]).map(sortedWords);
  const likeness = ({ name }: ScreeningQuery): number => {
    const asked = sortedWords(name);
    let best = 0;
    for (const other of known) best = Math.max(best, 1 - distance(asked, other) / Math.max(asked.length, other.length));
    return best;
  };
  const threshold = Math.max(...strangers.map(likeness));
  let hits = 0;
  const spentMs = cpuMs(() => (hits = listed.filter((query) => likeness(query) > threshold).length));
  return { perSecond: (listed.length / spentMs) * 1_000, recall: hits / listed.length };
}

function sortedWords(name: string): string {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .sort()
    .join(' ')
    .trim();
}

function names(sets: Sets): readonly BenchRow[] {
  const pairs = namePairs(sets);
  const judge = () => pairs.map((pair) => ({ ...pair, found: takesForOne(pair) }));
  const plain = () =>
    pairs.map(({ one, other, isMatch }) => ({ score: jaroWinkler(sortedWords(one), sortedWords(other)), isMatch }));
  const judged = judge();
  const scores = plain();
  const thresholds = Array.from({ length: 100 }, (_, place) => place / 100);
  const bestPlain = Math.max(
    ...thresholds.map((least) => f1Of(scores.map(({ score, isMatch }) => ({ found: score >= least, isMatch })))),
  );
  const strong = judged.filter(({ quality, isMatch }) => quality === 'STRONG' && isMatch);
  const frozen = frozenScores(sets);
  return [
    {
      what: 'names: a pair',
      value: (cpuMs(judge) * 1_000) / pairs.length,
      unit: 'us',
      target: '<= 100',
      anchor: { what: 'Jaro-Winkler', value: (cpuMs(plain) * 1_000) / pairs.length },
    },
    {
      what: 'names: F1 at one threshold',
      value: f1Of(judged),
      unit: '',
      target: '>= 0.80',
      anchor: { what: 'logic-v2, frozen scores', value: f1Of(frozen) },
    },
    {
      what: 'names: F1 at one threshold, beside a plain one',
      value: f1Of(judged),
      unit: '',
      target: '>= 0.80',
      anchor: { what: 'Jaro-Winkler at its best threshold', value: bestPlain },
    },
    {
      what: 'names: recall of strong pairs',
      value: (strong.filter((pair) => pair.found).length / strong.length) * 100,
      unit: '%',
      target: '>= 98',
      anchor: { what: 'logic-v2, frozen scores', value: shareOf(frozen) * 100 },
    },
  ];
}

type Frozen = { readonly found: boolean; readonly isMatch: boolean; readonly strong: boolean };

/** What OpenSanctions' matcher scored on these pairs, as its repository keeps it; not run here. */
function frozenScores(sets: Sets): readonly Frozen[] {
  type Row = Record<'is_match' | 'predicted_match' | 'quality', string>;
  const rows = parse<Row>(readFileSync(join(sets.names, 'logicv2-frozen.csv')), { columns: true });
  return rows.map((row) => ({
    found: row.predicted_match === 'true',
    isMatch: row.is_match === 'true',
    strong: row.quality === 'STRONG',
  }));
}

function shareOf(frozen: readonly Frozen[]): number {
  const strong = frozen.filter((row) => row.strong && row.isMatch);
  return strong.filter((row) => row.found).length / strong.length;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
