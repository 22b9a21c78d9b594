import { utf8 } from '../../crypto/bytes.ts';
import { FLAG_PAYLOAD_BYTES } from '../../crypto/flag/layers.ts';
import { canonicalValue } from '../../crypto/match/canonical-value.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { decodeFlagPayload, encodeFlagPayload } from '../../proto/codec/payload.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { FlagPayload, IdentifierType } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import type { IdentifierIndex } from './identifier-index.ts';
import { SHARED } from './markings.ts';

export const FLAG_STATES = ['waiting', 'opened', 'withdrawn', 'expired'] as const;
export type FlagState = (typeof FLAG_STATES)[number];

/** An identifier that this agency's review has marked as suspicious. */
export type OwnFlag = {
  readonly identifierType: IdentifierType;
  /** As the review spelt it. */
  readonly identifier: string;
  readonly holderAgency: string;
  readonly typologies: readonly string[];
  /** Business time of the evidence. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Alerts or cases that it rests on, the latest. */
  readonly sources: readonly string[];
  readonly state: FlagState;
  /** Epochs in which it was sent, the latest, with the handle by which that sending is withdrawn (hex). */
  readonly sent: readonly { readonly epoch: number; readonly handle: string }[];
};

/** What a review hands over to be flagged. */
export type FlagCandidate = Pick<
  OwnFlag,
  'identifierType' | 'identifier' | 'holderAgency' | 'typologies' | 'firstSeenMs' | 'lastSeenMs'
> & { readonly source: string };

type About = Pick<OwnFlag, 'identifierType' | 'identifier' | 'holderAgency'>;

/** More typologies would not fit the padded size whatever their names. */
const TYPOLOGIES_SENT = 8;

/** The one spelling of an identifier; undefined when nothing is left of it, or too much. */
export function canonicalIdentifier(identifierType: IdentifierType, identifier: string): string | undefined {
  const canonical = canonicalValue(identifierType, identifier);
  const fits = [identifier, canonical ?? ''].every((text) => utf8(text).length <= LIMITS.flagIdentifierBytes);
  return fits ? canonical : undefined;
}

/** Names an identifier: every spelling of it has one name. Accounts are told apart by holder, the others are unique. */
export function flagId({ holderAgency, identifier, identifierType }: About): string {
  const canonical = canonicalIdentifier(identifierType, identifier) ?? identifier;
  return `${identifierType}/${identifierType === 'account' ? holderAgency : ''}/${canonical}`;
}

/** What is evaluated of a flag: agencies that mean the same identifier come to the same value. */
export function flagValue({ holderAgency, identifier, identifierType }: About): string {
  return identifierType === 'account' ? `${holderAgency}/${identifier}` : identifier;
}

/** What members will read of a flag, once enough agencies have sent it. */
export function flagPayload(flag: Omit<FlagPayload, 'epoch'>, epoch: number): FlagPayload {
  const { firstSeenMs, holderAgency, identifier, identifierType, lastSeenMs, typologies } = flag;
  const sent = typologies.slice(0, TYPOLOGIES_SENT);
  return { identifierType, identifier, holderAgency, epoch, typologies: sent, firstSeenMs, lastSeenMs };
}

/** Whether every recipient could read a flag of this: one that cannot be sealed would hold back all the others. */
export function isFlaggable(candidate: FlagCandidate): boolean {
  if (canonicalIdentifier(candidate.identifierType, candidate.identifier) === undefined) return false;
  if (!candidate.identifier.isWellFormed()) return false;
  const bytes = encodeFlagPayload(flagPayload(candidate, Number.MAX_SAFE_INTEGER));
  if (bytes.length >= FLAG_PAYLOAD_BYTES) return false;
  try {
    decodeFlagPayload(bytes, FLAG_PAYLOAD_BYTES);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
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
    sources: [...new Set([...flag.sources, source])].slice(-LIMITS.flagSources),
    state: flag.state === 'opened' ? 'opened' : 'waiting',
  };
}

/** Own flags in the ledger. */
export class FlagStore {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;
  readonly #index: IdentifierIndex;

  constructor(ledger: Ledger, viewer: Viewer, index: IdentifierIndex) {
    this.#ledger = ledger;
    this.#viewer = viewer;
    this.#index = index;
  }

  /** @param id as flagId gives it */
  async get(id: string): Promise<OwnFlag | undefined> {
    const record = await this.#ledger.get('flag', this.#keyOf(id), this.#viewer);
    return record === undefined ? undefined : (JSON.parse(Buffer.from(record.value).toString()) as OwnFlag);
  }

  async list(): Promise<readonly OwnFlag[]> {
    const flags: OwnFlag[] = [];
    for await (const record of this.#ledger.list('flag', { prefix: 'own/' }, this.#viewer)) {
      flags.push(JSON.parse(Buffer.from(record.value).toString()) as OwnFlag);
    }
    return flags;
  }

  write(flag: OwnFlag): LedgerWrite {
    const value = Buffer.from(JSON.stringify(flag));
    return { space: 'flag', key: this.#keyOf(flagId(flag)), value, marking: SHARED };
  }

  #keyOf(id: string): string {
    return `own/${this.#index.digest(id)}`;
  }
}
