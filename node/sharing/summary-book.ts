import { toHex } from '../../crypto/bytes.ts';
import { decodeSummary } from '../../proto/codec/payload.ts';
import type { Summary } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { SHARED } from './markings.ts';
import type { Directory } from './ports.ts';
import type { Arrival, Reception } from './receive.ts';

/** A peer agency's summary as it is kept. */
export type KeptSummary = Summary & { readonly agencyId: string; readonly epoch: number };

/** Summaries received, by header hash, so that a withdrawn one can be erased. */
export class ReceivedSummaries {
  readonly #ledger: Ledger;
  readonly #directory: Directory;

  constructor(ledger: Ledger, directory: Directory) {
    this.#ledger = ledger;
    this.#directory = directory;
  }

  async receive({ envelope, header, headerHash }: Arrival): Promise<Reception> {
    const summary = decodeSummary(envelope.payload, envelope.payload.length);
    const agencyId = this.#directory.node(header.authorPeerId)?.agencyId ?? '';
    const kept: KeptSummary = { ...summary, agencyId, epoch: header.epoch };
    const write: LedgerWrite = {
      space: 'summary',
      key: toHex(headerHash),
      value: Buffer.from(JSON.stringify(kept)),
      marking: header.marking,
    };
    return { writes: [write], audit: [] };
  }

  /** The write that erases what was kept of a withdrawn summary. */
  erasure(headerHash: Uint8Array): readonly LedgerWrite[] {
    return [{ space: 'summary', key: toHex(headerHash), value: null, marking: SHARED }];
  }

  async *list(viewer: Viewer): AsyncIterable<KeptSummary> {
    for await (const record of this.#ledger.list('summary', {}, viewer))
      yield JSON.parse(Buffer.from(record.value).toString()) as KeptSummary;
  }
}
