import { LIMITS } from '../../../config/settings/limits.ts';
import type { EntityType } from '../../../proto/domain/alert.ts';
import type { Vehicle } from '../../../proto/domain/records.ts';
import { type CsvRecord, readCsv } from '../csv.ts';
import type { RecordFault } from '../faults.ts';
import { isIdentifier } from '../ids.ts';
import type { ByteSource } from '../lines.ts';
import type { ListItem } from '../tables/watchlist.ts';
import { cleanText } from '../text.ts';
import { countryCode } from './countries.ts';
import { identifiersIn } from './identifiers.ts';
import { datesOfBirth, nationalities } from './remarks.ts';

/** The files of one edition of the Specially Designated Nationals list in OFAC's legacy CSV. */
export type OfacFiles = {
  readonly entries: ByteSource;
  readonly aliases?: ByteSource;
  readonly addresses?: ByteSource;
  /** Where remarks that outgrow the entries' file go on. */
  readonly comments?: ByteSource;
};

export type OfacList = { readonly items: readonly ListItem[]; readonly faults: readonly RecordFault[] };

/** Cells that each file's records have: OFAC's data specification for sdn, alt, add and sdn_comments. */
const WIDTHS = { sdn: 12, alt: 5, add: 6, comments: 2 } as const;
type OfacFile = keyof typeof WIDTHS;

/** Entry numbers are OFAC's own and mean nothing beside another list's; tables made from its files say it so too. */
const ID_PREFIX = 'OFAC-';

/**
 * Reads the list: no header, `-0-` for empty; ids are `OFAC-` and the entry's number. Aliases are those of the alias
 * file; the weak ones that stand quoted in remarks stay there. Countries are those of addresses, nationality and
 * citizenship. Field names in faults begin with the file's. Stops growing one beyond LIMITS.listEntries, so that
 * whoever stores the list can refuse it.
 */
export async function readOfac(files: OfacFiles): Promise<OfacList> {
  const faults: RecordFault[] = [];
  const aliases = await readMany(files.aliases, 'alt', 3, faults);
  const addresses = await readMany(files.addresses, 'add', 4, faults);
  const comments = await readMany(files.comments, 'comments', 1, faults);
  const items: ListItem[] = [];
  for await (const record of readRecords(files.entries, 'sdn', faults)) {
    const outcome = entryOf(record, { aliases, addresses, comments });
    if (typeof outcome === 'string') faults.push({ place: record.place, field: `sdn.${outcome}`, code: 'missing' });
    else if (items.length <= LIMITS.listEntries) items.push(outcome);
  }
  return { items, faults };
}

type Details = Readonly<Record<'aliases' | 'addresses' | 'comments', ReadonlyMap<string, readonly string[]>>>;

/** The entry, or the name of the column that it lacks. */
function entryOf({ cells }: CsvRecord, details: Details): ListItem | string {
  const [entryNumber = '', name = '', type = '', program = ''] = cells.map(cellText);
  if (!isIdentifier(entryNumber)) return 'ent_num';
  if (name === '') return 'sdn_name';
  const remarks = `${cellText(cells[11] ?? '')}${(details.comments.get(entryNumber) ?? []).join('')}`;
  const fromAddresses = (details.addresses.get(entryNumber) ?? []).flatMap((country) => countryCode(country) ?? []);
  const identifiers = identifiersIn(remarks);
  const vehicle = VEHICLE_TYPES[type];
  return {
    entryId: `${ID_PREFIX}${entryNumber}`,
    entityType: entityType(type),
    name,
    aliases: [...new Set(details.aliases.get(entryNumber))],
    datesOfBirth: datesOfBirth(remarks),
    countries: [...new Set([...nationalities(remarks), ...fromAddresses])],
    programs: program.split(/\] \[|[[\]]/).filter((part) => part !== ''),
    ...(identifiers.length === 0 ? {} : { identifiers }),
    ...(vehicle === undefined ? {} : { vehicle }),
    remarks: remarks === '' ? null : remarks,
  };
}

const VEHICLE_TYPES: Readonly<Record<string, Vehicle>> = { vessel: 'VESSEL', aircraft: 'AIRCRAFT' };

/** Vessels and aircraft are neither persons nor organisations. */
function entityType(type: string): EntityType | null {
  if (type === '') return 'BUSINESS';
  return type === 'individual' ? 'INDIVIDUAL' : null;
}

/** One column of a file of details, by entry. */
async function readMany(
  source: ByteSource | undefined,
  file: OfacFile,
  column: number,
  faults: RecordFault[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const values = new Map<string, string[]>();
  if (source === undefined) return values;
  for await (const { cells } of readRecords(source, file, faults)) {
    const value = cellText(cells[column] ?? '');
    if (value === '') continue;
    const known = values.get(cellText(cells[0] ?? ''));
    if (known === undefined) values.set(cellText(cells[0] ?? ''), [value]);
    else if (known.length < LIMITS.alertListItems) known.push(value);
  }
  return values;
}

async function* readRecords(source: ByteSource, file: OfacFile, faults: RecordFault[]): AsyncGenerator<CsvRecord> {
  for await (const block of readCsv(source, WIDTHS[file])) {
    for (const fault of block.faults) faults.push({ ...fault, field: file });
    yield* block.records;
  }
}

function cellText(cell: string): string {
  const text = cleanText(cell);
  return text === '-0-' ? '' : text;
}
