import { isRefusal } from '../../../proto/domain/errors.ts';
import { formatError } from '../errors.ts';
import { readCsv } from '../csv.ts';
import { faultFrom, type RecordFault } from '../faults.ts';
import type { ByteSource } from '../lines.ts';
import { Row } from './row.ts';

/** A kind of CSV file with a header: its columns and how a row becomes a record of the domain. */
export type Table<T> = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** @throws ROW_INVALID naming the column */
  read(row: Row): T;
};

export type TableBlock<T> = {
  readonly records: readonly T[];
  readonly faults: readonly RecordFault[];
  /** Columns of the file that the table does not know; the same in each block. */
  readonly unknownColumns: number;
};

/**
 * Reads a table in blocks, in the file's order. Bad rows come as faults and the rest is kept; unknown columns are
 * dropped and counted.
 * @throws TABLE_HEADER when a required column is missing
 */
export async function* readTable<T>(source: ByteSource, table: Table<T>): AsyncGenerator<TableBlock<T>> {
  let positions: ReadonlyMap<string, number> | undefined;
  let unknownColumns = 0;
  for await (const block of readCsv(source)) {
    const [first, ...rest] = block.records;
    const records = positions === undefined ? rest : block.records;
    if (positions === undefined && first !== undefined) {
      positions = columnPositions(first.cells);
      unknownColumns = checkHeader(positions, table);
    }
    const kept: T[] = [];
    const faults = [...block.faults];
    for (const { place, cells } of records) {
      const outcome = readRow(new Row(positions ?? new Map(), cells), place, table);
      if ('fault' in outcome) faults.push(outcome.fault);
      else kept.push(outcome.record);
    }
    yield { records: kept, faults, unknownColumns };
  }
  if (positions === undefined) checkHeader(new Map(), table);
}

/** Whether a header row has the columns that a table must have. */
export function hasColumnsOf(header: readonly string[], table: Table<unknown>): boolean {
  const positions = columnPositions(header);
  return table.required.every((column) => positions.has(column));
}

function columnPositions(header: readonly string[]): ReadonlyMap<string, number> {
  return new Map(header.map((name, position) => [name.trim(), position]));
}

function checkHeader(positions: ReadonlyMap<string, number>, table: Table<unknown>): number {
  for (const column of table.required) {
    if (positions.has(column)) continue;
    throw formatError('TABLE_HEADER', { detail: { field: column } });
  }
  const known = new Set([...table.required, ...table.optional]);
  return [...positions.keys()].filter((column) => !known.has(column)).length;
}

function readRow<T>(row: Row, place: number, table: Table<T>): { record: T } | { fault: RecordFault } {
  try {
    return { record: table.read(row) };
  } catch (error) {
    if (isRefusal(error, 'ROW_INVALID')) return { fault: faultFrom(place, error.detail) };
    throw error;
  }
}
