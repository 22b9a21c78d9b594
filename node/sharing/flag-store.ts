import type { IdentifierType } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { SHARED } from './markings.ts';

export const FLAG_STATES = ['waiting', 'opened', 'withdrawn', 'expired'] as const;
export type FlagState = (typeof FLAG_STATES)[number];

/** An identifier that this agency's review has marked as suspicious. */
export type OwnFlag = {
  readonly identifierType: IdentifierType;
  readonly identifier: string;
  readonly holderAgency: string;
  readonly typologies: readonly string[];
  /** Business time of the evidence. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Alerts or cases that it rests on. */
  readonly sources: readonly string[];
  readonly state: FlagState;
  /** Epochs in which it was sent, with the handle by which that sending is withdrawn (hex). */
  readonly sent: readonly { readonly epoch: number; readonly handle: string }[];
};

/** What a review hands over to be flagged. */
export type FlagCandidate = Pick<
  OwnFlag,
  'identifierType' | 'identifier' | 'holderAgency' | 'typologies' | 'firstSeenMs' | 'lastSeenMs'
> & { readonly source: string };

export function flagId(flag: Pick<OwnFlag, 'identifierType' | 'identifier' | 'holderAgency'>): string {
  return `${flag.identifierType}/${flag.holderAgency}/${flag.identifier}`;
}

export function flagWrite(flag: OwnFlag): LedgerWrite {
  return { space: 'flag', key: `own/${flagId(flag)}`, value: Buffer.from(JSON.stringify(flag)), marking: SHARED };
}

/** One flag an identifier: new evidence widens the one there is; one that was withdrawn or has expired waits anew. */
export function mergeCandidate(flag: OwnFlag | undefined, candidate: FlagCandidate): OwnFlag {
  const { source, ...seen } = candidate;
  if (flag === undefined) return { ...seen, sources: [source], state: 'waiting', sent: [] };
  return {
    ...flag,
    typologies: [...new Set([...flag.typologies, ...candidate.typologies])].sort(),
    firstSeenMs: Math.min(flag.firstSeenMs, candidate.firstSeenMs),
    lastSeenMs: Math.max(flag.lastSeenMs, candidate.lastSeenMs),
    sources: [...new Set([...flag.sources, source])],
    state: flag.state === 'opened' ? 'opened' : 'waiting',
  };
}

/** Reads of own flags. */
export class FlagStore {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;

  constructor(ledger: Ledger, viewer: Viewer) {
    this.#ledger = ledger;
    this.#viewer = viewer;
  }

  async get(id: string): Promise<OwnFlag | undefined> {
    const record = await this.#ledger.get('flag', `own/${id}`, this.#viewer);
    return record === undefined ? undefined : (JSON.parse(Buffer.from(record.value).toString()) as OwnFlag);
  }

  async list(): Promise<readonly OwnFlag[]> {
    const flags: OwnFlag[] = [];
    for await (const record of this.#ledger.list('flag', { prefix: 'own/' }, this.#viewer)) {
      flags.push(JSON.parse(Buffer.from(record.value).toString()) as OwnFlag);
    }
    return flags;
  }
}
