import { toHex } from '../../crypto/bytes.ts';
import type { FlagPayload, IdentifierType } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerRecord, LedgerWrite } from '../ledger/ledger.ts';
import { canonicalIdentifier, flagId } from './flag-store.ts';
import type { IdentifierIndex } from './identifier-index.ts';
import { SHARED } from './markings.ts';

/** An indicator as it is used: about one identifier, with provenance and expiry. */
export type IndicatorEntry = {
  readonly indicatorId: string;
  readonly identifierType: FlagPayload['identifierType'];
  /** In its canonical spelling. */
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
};

/** Indicators by what they are about, for look-ups, and by id, for withdrawals. */
export class IndicatorBook {
  readonly #ledger: Ledger;
  readonly #index: IdentifierIndex;

  constructor(ledger: Ledger, index: IdentifierIndex) {
    this.#ledger = ledger;
    this.#index = index;
  }

  /** What keeps an entry. */
  writes(entry: IndicatorEntry): LedgerWrite[] {
    const key = this.#keyOf(entry);
    return [
      { space: 'indicator', key, value: Buffer.from(JSON.stringify(entry)), marking: SHARED },
      { space: 'indicator', key: `id/${entry.indicatorId}`, value: Buffer.from(key), marking: SHARED },
    ];
  }

  /** What deletes an entry for good: whom it was about can no longer be read here. */
  erasure(entry: IndicatorEntry): LedgerWrite[] {
    return [
      { space: 'indicator', key: this.#keyOf(entry), value: null, marking: SHARED },
      { space: 'indicator', key: `id/${entry.indicatorId}`, value: null, marking: SHARED },
    ];
  }

  /** Indicators about an identifier, however it is spelt, that were known, not expired and not withdrawn at a time. */
  async about(
    identifierType: IdentifierType,
    holderAgency: string,
    identifier: string,
    asOfMs: number,
    viewer: Viewer,
  ): Promise<readonly IndicatorEntry[]> {
    const canonical = canonicalIdentifier(identifierType, identifier);
    if (canonical === undefined) return [];
    const prefix = `${this.#place({ identifierType, holderAgency: holderAgency, identifier: canonical })}/`;
    const entries: IndicatorEntry[] = [];
    for await (const record of this.#ledger.list('indicator', { prefix }, viewer)) {
      const entry = parse(record);
      if (entry.knownAtMs <= asOfMs && entry.expiresAtMs > asOfMs) entries.push(entry);
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

  #keyOf(entry: IndicatorEntry): string {
    return `${this.#place(entry)}/${entry.indicatorId}`;
  }

  #place(about: Pick<IndicatorEntry, 'identifierType' | 'holderAgency' | 'identifier'>): string {
    return `about/${this.#index.digest(flagId(about))}`;
  }
}

function parse(record: LedgerRecord): IndicatorEntry {
  return JSON.parse(Buffer.from(record.value).toString()) as IndicatorEntry;
}
