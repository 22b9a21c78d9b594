import { toHex } from '../../crypto/bytes.ts';
import type { FlagPayload } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerRecord, LedgerWrite } from '../ledger/ledger.ts';
import { SHARED } from './markings.ts';

/** An indicator as it is used: about one identifier, with provenance and expiry. */
export type IndicatorEntry = {
  readonly indicatorId: string;
  readonly identifierType: FlagPayload['identifierType'];
  readonly identifier: string;
  readonly holderAgency: string;
  readonly epoch: number;
  /** Distinct corporate groups that contributed. */
  readonly groupCount: number;
  readonly typologies: readonly string[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Whether this agency is one of the contributors. */
  readonly ownContribution: boolean;
  /** Business time at which it became known here; nothing earlier may use it. */
  readonly knownAtMs: number;
  readonly expiresAtMs: number;
  /** Business time of its withdrawal, null while it stands. */
  readonly withdrawnAtMs: number | null;
};

/** Where an entry is kept: by identifier for look-ups, by id for withdrawals. */
export function entryWrites(entry: IndicatorEntry): LedgerWrite[] {
  const key = entryKey(entry);
  return [
    { space: 'indicator', key, value: Buffer.from(JSON.stringify(entry)), marking: SHARED },
    { space: 'indicator', key: `id/${entry.indicatorId}`, value: Buffer.from(key), marking: SHARED },
  ];
}

/** Deletes an entry's contents for good: what it was about can no longer be read here. */
export function erasureWrites(entry: IndicatorEntry): LedgerWrite[] {
  return [
    { space: 'indicator', key: entryKey(entry), value: null, marking: SHARED },
    { space: 'indicator', key: `id/${entry.indicatorId}`, value: null, marking: SHARED },
    {
      space: 'indicator',
      key: `erased/${entry.indicatorId}`,
      value: Buffer.from(String(entry.withdrawnAtMs ?? 0)),
      marking: SHARED,
    },
  ];
}

/** Reads of the indicator book. */
export class IndicatorBook {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Indicators about an identifier that were known, not expired and not withdrawn at a time. */
  async about(
    identifierType: string,
    holderAgency: string,
    identifier: string,
    asOfMs: number,
    viewer: Viewer,
  ): Promise<readonly IndicatorEntry[]> {
    const prefix = `about/${identifierType}/${holderAgency}/${identifier}/`;
    const entries: IndicatorEntry[] = [];
    for await (const record of this.#ledger.list('indicator', { prefix }, viewer)) {
      const entry = parse(record);
      // An id may itself hold a slash, so that a prefix alone does not decide.
      if (entry.identifier !== identifier) continue;
      if (
        entry.knownAtMs <= asOfMs &&
        entry.expiresAtMs > asOfMs &&
        (entry.withdrawnAtMs === null || entry.withdrawnAtMs > asOfMs)
      )
        entries.push(entry);
    }
    return entries;
  }

  async byId(indicatorId: Uint8Array, viewer: Viewer): Promise<IndicatorEntry | undefined> {
    const pointer = await this.#ledger.get('indicator', `id/${toHex(indicatorId)}`, viewer);
    if (pointer === undefined) return undefined;
    const record = await this.#ledger.get('indicator', Buffer.from(pointer.value).toString(), viewer);
    return record === undefined ? undefined : parse(record);
  }

  async *list(viewer: Viewer): AsyncIterable<IndicatorEntry> {
    for await (const record of this.#ledger.list('indicator', { prefix: 'about/' }, viewer)) yield parse(record);
  }
}

function entryKey({ identifierType, holderAgency, identifier, indicatorId }: IndicatorEntry): string {
  return `about/${identifierType}/${holderAgency}/${identifier}/${indicatorId}`;
}

function parse(record: LedgerRecord): IndicatorEntry {
  return JSON.parse(Buffer.from(record.value).toString()) as IndicatorEntry;
}
