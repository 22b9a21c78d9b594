import { LIMITS } from '../../config/settings/limits.ts';
import { concat, fromHex, toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { readOfac } from '../formats/ofac/sdn.ts';
import { readTable } from '../formats/tables/table.ts';
import { type ListItem, WATCHLIST } from '../formats/tables/watchlist.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type BookingWindow, importRecords } from './import-table.ts';
import { storeList } from './lists/import-list.ts';
import type { ImportFile, ListFile } from './plan.ts';
import { type ImportReport, ImportTally } from './report.ts';
import { openFile } from './source.ts';
import { systemViewer } from './viewer.ts';

export type ImportDeps = { readonly ledger: Ledger; readonly clock: Clock; readonly agency: string };

export type ImportOptions = {
  /** Person or process on whose order it happens, for the audit. */
  readonly actor: string;
  /** Business time of receipt: from then on a list is in force. */
  readonly nowMs: number;
  /** Rows booked outside of it are counted and left for later. */
  readonly window?: BookingWindow;
};

/** Opens files and remembers what was read, for the audit. */
class Sources {
  readonly #digests: (() => string)[] = [];

  open(path: string): AsyncIterable<Uint8Array> {
    const source = openFile(path);
    this.#digests.push(() => source.digestHex());
    return source.bytes;
  }

  /** Of one file its SHA-256, of several the SHA-256 of theirs in order. Call once, when all have been read. */
  digestHex(): string {
    const [first = '', ...rest] = this.#digests.map((digest) => digest());
    return rest.length === 0 ? first : toHex(sha256(concat(...[first, ...rest].map(fromHex))));
  }
}

/**
 * Imports one file, or one edition of several: batches of LIMITS.importBatchRows, each one commit, between two audit
 * entries. Bad records are reported and the rest is kept. Importing it again writes only what differs.
 * @throws TABLE_HEADER, IMPORT_SOURCE, LIST_VERSION, LIST_SIZE; what was committed before stays, and the audit says so
 */
export async function importFile(deps: ImportDeps, file: ImportFile, options: ImportOptions): Promise<ImportReport> {
  const audit = async (action: string, rest: Partial<AuditEntry> = {}): Promise<void> => {
    const entry = auditEntry(file, options, deps.clock.nowMs(), action);
    await deps.ledger.commit({ writes: [], audit: [{ ...entry, ...rest }] });
  };
  const sources = new Sources();
  await audit('import.begin');
  try {
    const report = await importByKind(deps, file, options, sources);
    await audit('import.end', { inputHash: sources.digestHex() });
    return report;
  } catch (error) {
    const refused = error instanceof ConcordatError;
    await audit('import.end', { outcome: refused ? 'refused' : 'failed', code: refused ? error.code : null });
    throw error;
  }
}

function auditEntry(file: ImportFile, { actor }: ImportOptions, atMs: number, action: string): AuditEntry {
  const nothing = { code: null, inputHash: null, outputHash: null, versions: {} };
  return { atMs, actor, action, object: `import:${file.kind}`, outcome: 'done', ...nothing };
}

async function importByKind(
  deps: ImportDeps,
  file: ImportFile,
  options: ImportOptions,
  sources: Sources,
): Promise<ImportReport> {
  const tally = new ImportTally();
  const inner = { ledger: deps.ledger, viewer: systemViewer('import', deps.agency) };
  if (file.kind !== 'watchlist' && file.kind !== 'ofac') {
    await importRecords(inner, file.kind, sources.open(file.path), tally, options.window ?? {});
    return tally.report(file.kind);
  }
  const items = file.kind === 'ofac' ? await readEdition(file, sources, tally) : await readList(file, sources, tally);
  const { change, written } = await storeList(inner, file, items, options.nowMs);
  tally.kept = items.length;
  tally.written = written;
  return tally.report(file.kind, change);
}

async function readList(file: ListFile, sources: Sources, tally: ImportTally): Promise<readonly ListItem[]> {
  const items: ListItem[] = [];
  for await (const block of readTable(sources.open(file.path), WATCHLIST)) {
    tally.refuse(block.faults);
    tally.unknownFields = block.unknownColumns;
    if (items.length <= LIMITS.listEntries) items.push(...block.records);
  }
  return items;
}

async function readEdition(
  file: Extract<ListFile, { kind: 'ofac' }>,
  sources: Sources,
  tally: ImportTally,
): Promise<readonly ListItem[]> {
  const { items, faults } = await readOfac({
    entries: sources.open(file.path),
    ...(file.aliases === undefined ? {} : { aliases: sources.open(file.aliases) }),
    ...(file.addresses === undefined ? {} : { addresses: sources.open(file.addresses) }),
    ...(file.comments === undefined ? {} : { comments: sources.open(file.comments) }),
  });
  tally.refuse(faults);
  return items;
}
