import { parse } from 'csv-parse/sync';
import { LIMITS } from '../../config/settings/limits.ts';
import type { RecordFault } from './faults.ts';
import { type ByteSource, type Line, isMisdecoded, readLines } from './lines.ts';

/** A record of a CSV file and the line on which it begins. */
export type CsvRecord = { readonly place: number; readonly cells: readonly string[] };

/** Records and faults of a stretch of the file, each in its order. */
export type CsvBlock = { readonly records: readonly CsvRecord[]; readonly faults: readonly RecordFault[] };

/** Records of several lines are rare; more lines than this mean that a quote was never closed. */
const MAXIMUM_RECORD_LINES = 64;

/**
 * Reads RFC 4180 text in blocks. Records are framed by lines before they are parsed, so that a quote that is never
 * closed or an overlong row costs that row and not the rest of the file. Empty lines and a lone Ctrl-Z are skipped.
 * A row is at most LIMITS.csvRowBytes.
 * @param width cells that each record must have; unset, the first record's
 */
export async function* readCsv(source: ByteSource, width?: number): AsyncGenerator<CsvBlock> {
  const framer = new Framer();
  let expected = width;
  for await (const lines of readLines(source, LIMITS.csvRowBytes)) {
    const block = parseFrames(framer.push(lines), framer.takeFaults(), expected);
    expected ??= block.records[0]?.cells.length;
    yield block;
  }
  yield parseFrames(framer.end(), framer.takeFaults(), expected);
}

type Frame = { readonly place: number; readonly lines: readonly Line[]; readonly text: string };

/** Joins lines into records: one with an odd number of quotes goes on until the next such line. */
class Framer {
  #open: Line[] = [];
  #openLength = 0;
  #faults: RecordFault[] = [];

  push(lines: readonly Line[]): Frame[] {
    const frames: Frame[] = [];
    for (const line of lines) this.#add(line, frames);
    return frames;
  }

  end(): Frame[] {
    const frames: Frame[] = [];
    while (this.#open.length > 0) this.#giveUp(frames);
    return frames;
  }

  takeFaults(): RecordFault[] {
    const faults = this.#faults;
    this.#faults = [];
    return faults;
  }

  #add(line: Line, frames: Frame[]): void {
    if (line.text === null) {
      while (this.#open.length > 0) this.#giveUp(frames);
      this.#faults.push({ place: line.number, field: '$', code: 'too_long' });
      return;
    }
    const odd = hasOddQuotes(line.text);
    if (this.#open.length === 0) {
      if (odd) this.#keepOpen(line, line.text);
      else if (line.text !== '' && line.text !== '\x1a')
        frames.push({ place: line.number, lines: [line], text: line.text });
      return;
    }
    this.#keepOpen(line, line.text);
    if (odd) {
      frames.push(frameOf(this.#open));
      this.#reset();
    } else if (this.#open.length >= MAXIMUM_RECORD_LINES || this.#openLength > LIMITS.csvRowBytes) {
      this.#giveUp(frames);
    }
  }

  #keepOpen(line: Line, text: string): void {
    this.#open.push(line);
    this.#openLength += text.length + 1;
  }

  /** The first open line is at fault; those after it are framed anew. */
  #giveUp(frames: Frame[]): void {
    const [first, ...rest] = this.#open;
    this.#reset();
    if (first === undefined) return;
    this.#faults.push({ place: first.number, field: '$', code: 'quotes' });
    for (const line of rest) this.#add(line, frames);
  }

  #reset(): void {
    this.#open = [];
    this.#openLength = 0;
  }
}

function frameOf(lines: readonly Line[]): Frame {
  return { place: lines[0]?.number ?? 0, lines, text: lines.map((line) => line.text ?? '').join('\n') };
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

/** Parses all frames at once; where that fails or miscounts, each alone, so that a bad one shows itself. */
function parseFrames(frames: readonly Frame[], faults: readonly RecordFault[], width: number | undefined): CsvBlock {
  const block = { records: [] as CsvRecord[], faults: [...faults] };
  const all = tryParse(frames.map((frame) => frame.text).join('\n'));
  const together = all?.length === frames.length ? all : undefined;
  let expected = width;
  for (const [index, frame] of frames.entries()) {
    const cells = together === undefined ? parseAlone(frame) : together[index];
    expected ??= cells?.length;
    if (cells === undefined || cells.length !== expected) takeApart(frame, cells, block, expected);
    else if (isMisdecoded(frame.text)) block.faults.push({ place: frame.place, field: '$', code: 'encoding' });
    else block.records.push({ place: frame.place, cells });
  }
  return block;
}

/** Blames the first line of a bad record; what a stray quote had joined to it is read again without it. */
function takeApart(
  frame: Frame,
  cells: readonly string[] | undefined,
  block: { records: CsvRecord[]; faults: RecordFault[] },
  width: number | undefined,
): void {
  const code = cells === undefined || frame.lines.length > 1 ? 'quotes' : 'columns';
  block.faults.push({ place: frame.place, field: '$', code });
  if (frame.lines.length === 1) return;
  const framer = new Framer();
  const frames = [...framer.push(frame.lines.slice(1)), ...framer.end()];
  const rest = parseFrames(frames, framer.takeFaults(), width);
  block.records.push(...rest.records);
  block.faults.push(...rest.faults);
}

function parseAlone(frame: Frame): string[] | undefined {
  const rows = tryParse(frame.text);
  return rows?.length === 1 ? rows[0] : undefined;
}

function tryParse(text: string): string[][] | undefined {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: '\n' });
  } catch {
    return undefined;
  }
}
