import { LIMITS } from '../../config/settings/limits.ts';
import { fromWireSignedIndicator } from '../../proto/codec/indicator.ts';
import { boundedBytes, boundedList, boundedText, safeInteger } from '../../proto/codec/wire.ts';
import type { SignedIndicator } from '../../proto/domain/exchange.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { StreamIndicatorsResponse } from '../../proto/gen/concordat/v1/exchange.ts';
import type { StreamControlResponse } from '../../proto/gen/concordat/v1/log.ts';
import type { StreamRosterResponse } from '../../proto/gen/concordat/v1/registry.ts';
import { linkRefusal } from './errors.ts';
import type { Following } from './follower.ts';
import { proofOf } from './log-calls.ts';
import type { Session } from './session.ts';

/** Where a member listens, as it told the coordinator: a hint, checked by whoever dials. */
export type RosterEntry = {
  readonly peerId: PeerIdText;
  /** Multiaddrs. */
  readonly addresses: readonly string[];
  readonly lastSeenMs: number;
};

/** Entries of the control log from an index on, with a checkpoint that covers them. Not yet believed. */
export type ControlBatch = {
  readonly start: number;
  /** Exact bytes of the leaves. */
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
  /** From the checkpoint that covered what the caller had. */
  readonly consistencyProof: readonly Uint8Array[];
};

/** Who takes what the coordinator streams. A throw refuses the message: the stream is ended, and begun again later. */
export type LinkHandlers = {
  readonly roster: {
    /** `whole`: these are all entries; otherwise those that changed. */
    receive(entries: readonly RosterEntry[], whole: boolean): Promise<void>;
  };
  readonly control: {
    /** Index of the first entry wanted: how many have been verified. */
    next(): Promise<number>;
    /** Verifies and takes a batch. */
    receive(batch: ControlBatch): Promise<void>;
  };
  readonly indicators: {
    /** Position of the first indicator wanted. */
    next(): Promise<number>;
    /** Verifies and keeps one, durably on return. */
    receive(indicator: SignedIndicator): Promise<void>;
  };
};

type Sessions = () => Session;

export function followRoster(session: Sessions, handler: LinkHandlers['roster']): Following<StreamRosterResponse> {
  let whole = true;
  return {
    stream: 'roster',
    async open() {
      whole = true;
      return session().registry.streamRoster({});
    },
    async receive({ entries }) {
      const roster = boundedList('entries', entries, LIMITS.peers).map((entry) => ({
        peerId: asId<PeerIdText>(boundedText('peer_id', entry.peerId, LIMITS.addressCharacters, 1)),
        addresses: boundedList('addresses', entry.addresses, LIMITS.addressesPerPeer).map((address) =>
          boundedText('addresses', address, LIMITS.addressCharacters),
        ),
        lastSeenMs: safeInteger('last_seen_ms', entry.lastSeenMs),
      }));
      await handler.receive(roster, whole);
      whole = false;
    },
  };
}

export function followControl(session: Sessions, handler: LinkHandlers['control']): Following<StreamControlResponse> {
  return {
    stream: 'control',
    async open() {
      const start = BigInt(await handler.next());
      return session().log.streamControl({ start });
    },
    async receive({ start, entries, checkpoint, consistencyProof }) {
      await handler.receive({
        start: safeInteger('start', start),
        entries: boundedList('entries', entries, LIMITS.logEntriesPerCall).map((entry) =>
          boundedBytes('entries', entry, LIMITS.statementBytes),
        ),
        checkpoint: boundedBytes('checkpoint', checkpoint, LIMITS.checkpointBytes),
        consistencyProof: proofOf(consistencyProof),
      });
    },
  };
}

export function followIndicators(
  session: Sessions,
  handler: LinkHandlers['indicators'],
): Following<StreamIndicatorsResponse> {
  return {
    stream: 'indicators',
    async open() {
      const cursor = BigInt(await handler.next());
      return session().exchange.streamIndicators({ cursor });
    },
    async receive({ indicator }) {
      if (indicator === undefined) throw linkRefusal('LINK_ANSWER');
      await handler.receive(fromWireSignedIndicator(indicator, LIMITS.envelopePayloadBytes));
    },
  };
}
