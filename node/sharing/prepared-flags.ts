import { fromBase64url, toBase64url, toHex } from '../../crypto/bytes.ts';
import { decodeFlagBatch, encodeFlagBatch } from '../../proto/codec/payload.ts';
import type { FlagItem } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { PROCESS_ONLY } from './markings.ts';

/** A flag that is tagged and sealed and waits for the erasure of the key it was tagged under. */
export type PreparedFlag = {
  /** As flagId gives it. */
  readonly flag: string;
  readonly item: FlagItem;
};

/** How far the flags of a closed epoch have got. */
export type FlagRound = {
  readonly epoch: number;
  /** Clock time at which the window closed. */
  readonly closedAtMs: number;
  /** Everything that was due is prepared. */
  readonly tagged: boolean;
  /** Batches still to be sent, of those planned; null before the first. */
  readonly batches: number | null;
};

/** What is prepared, epoch by epoch; nothing in it is lost or sent twice when the process ends at any point. */
export class PreparedFlags {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;

  constructor(ledger: Ledger, viewer: Viewer) {
    this.#ledger = ledger;
    this.#viewer = viewer;
  }

  async rounds(): Promise<readonly FlagRound[]> {
    const rounds: FlagRound[] = [];
    for await (const { value } of this.#ledger.list('flag', { prefix: 'round/' }, this.#viewer))
      rounds.push(JSON.parse(Buffer.from(value).toString()) as FlagRound);
    return rounds.sort((one, other) => one.epoch - other.epoch);
  }

  async list(epoch: number): Promise<readonly PreparedFlag[]> {
    const prepared: PreparedFlag[] = [];
    for await (const { value } of this.#ledger.list('flag', { prefix: `prepared/${epoch}/` }, this.#viewer)) {
      const { flag, item } = JSON.parse(Buffer.from(value).toString()) as { flag: string; item: string };
      const bytes = fromBase64url(item);
      prepared.push(...decodeFlagBatch(bytes, bytes.length).map((decoded) => ({ flag, item: decoded })));
    }
    return prepared;
  }
}

/** Keeps a round, or ends it. */
export function roundWrite(round: FlagRound, ended = false): LedgerWrite {
  const value = ended ? null : Buffer.from(JSON.stringify(round));
  return { space: 'flag', key: `round/${round.epoch}`, value, marking: PROCESS_ONLY };
}

/** Keeps what is prepared for an epoch, or forgets it. */
export function preparedWrite(epoch: number, { flag, item }: PreparedFlag, forgotten = false): LedgerWrite {
  const value = Buffer.from(JSON.stringify({ flag, item: toBase64url(encodeFlagBatch([item])) }));
  return {
    space: 'flag',
    key: `prepared/${epoch}/${toHex(item.handle)}`,
    value: forgotten ? null : value,
    marking: PROCESS_ONLY,
  };
}
