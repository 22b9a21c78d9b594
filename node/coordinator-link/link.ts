import { decodeAudience } from '../../proto/codec/envelope.ts';
import { toWireStatement } from '../../proto/codec/statement.ts';
import { boundedList, exactBytes, safeInteger } from '../../proto/codec/wire.ts';
import type { AudienceHead, SignedStatement } from '../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../proto/domain/envelope.ts';
import type { Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { GetHeadsResponse } from '../../proto/gen/concordat/v1/exchange.ts';
import type { ClientCertificate } from './channel.ts';
import { linkRefusal } from './errors.ts';
import { Follower } from './follower.ts';
import { Heartbeat } from './heartbeat.ts';
import { type LogCalls, logCalls } from './log-calls.ts';
import type { LinkMetrics } from './metrics.ts';
import { Publisher } from './publisher.ts';
import { Session } from './session.ts';
import { followControl, followIndicators, followRoster, type LinkHandlers } from './streams.ts';
import { callUnary } from './unary.ts';

export type LinkSettings = {
  /** `host:port` of the member listener. */
  readonly address: string;
  /** From the genesis, DER. */
  readonly rootCertificate: Uint8Array;
  readonly certificate: ClientCertificate;
  /** Of the program. */
  readonly version: string;
};

export type LinkDeps = {
  readonly random: RandomBytes;
  readonly log: Log;
  readonly metrics: LinkMetrics;
  readonly handlers: LinkHandlers;
  /** Multiaddrs at which this node listens now. */
  readonly addresses: () => readonly string[];
  /** Told the coordinator's clock every few seconds. */
  readonly onServerTime: (serverTimeMs: number) => void;
};

export type LinkState = 'connected' | 'away';

/**
 * This member's end of the coordinator. Streams and publishing outlast its absence: they go on where they stood when
 * it is back. Single calls fail at once with LINK_AWAY.
 */
export type CoordinatorLink = {
  start(): void;
  stop(): Promise<void>;
  /** As of the last heartbeat; one is sent at once when a stream breaks. */
  state(): LinkState;
  /** Called when the state changes. */
  onState(listener: (state: LinkState) => void): void;
  /** Tells the coordinator at once where this node listens. */
  announce(): void;
  /** As Publisher.publish. */
  publish(envelope: SignedEnvelope): Promise<void>;
  /** Adds a statement to the control log; again with the same bytes gives the same index. @returns its index */
  submitStatement(statement: SignedStatement): Promise<number>;
  /** What the coordinator holds of this node, per audience. */
  heads(): Promise<readonly AudienceHead[]>;
  readonly logs: LogCalls;
  /** Goes on with another certificate; calls under way end on the old one, streams begin again on the new one. */
  useCertificate(certificate: ClientCertificate): void;
};

/** Audiences of one node that a coordinator may know. */
const HEADS = 1_024;

/** Builds the link; nothing is dialled before start() or a call. */
export function createCoordinatorLink(settings: LinkSettings, deps: LinkDeps): CoordinatorLink {
  const { handlers } = deps;
  const stateListeners = new Set<(state: LinkState) => void>();
  let state: LinkState = 'away';
  let session = new Session(settings);
  const present = () => session;
  const during = <Result>(call: (session: Session) => Promise<Result>) => session.during(call);

  const ofStreams = {
    ...deps,
    onBroken: () => {
      if (state === 'connected') heartbeat.now();
    },
  };
  const publisher = new Publisher(() => session.exchange.publish(), ofStreams);
  const followers = [
    new Follower(followRoster(present, handlers.roster), ofStreams),
    new Follower(followControl(present, handlers.control), ofStreams),
    new Follower(followIndicators(present, handlers.indicators), ofStreams),
    publisher,
  ];
  const heartbeat = new Heartbeat({
    session: present,
    metrics: deps.metrics,
    version: settings.version,
    addresses: deps.addresses,
    onServerTime: deps.onServerTime,
    onState(answered) {
      const next: LinkState = answered ? 'connected' : 'away';
      if (next === state) return;
      state = next;
      deps.log.info({ state }, 'coordinator link changed');
      for (const listener of stateListeners) listener(next);
    },
  });

  return {
    start() {
      heartbeat.start();
      for (const follower of followers) follower.start();
    },
    async stop() {
      await Promise.all([heartbeat.stop(), ...followers.map((follower) => follower.stop())]);
      session.retire();
    },
    state: () => state,
    onState: (listener) => void stateListeners.add(listener),
    announce: () => heartbeat.now(),
    publish: (envelope) => publisher.publish(envelope),
    submitStatement: (statement) =>
      during(async ({ policy }) => {
        const request = { statement: toWireStatement(statement) };
        const { index } = await callUnary(policy.submitStatement.bind(policy), request);
        return safeInteger('index', index);
      }),
    heads: () => during(async ({ exchange }) => headsOf(await callUnary(exchange.getHeads.bind(exchange), {}))),
    logs: logCalls(during),
    useCertificate(certificate) {
      const old = session;
      session = new Session({ ...settings, certificate });
      for (const follower of followers) follower.restart();
      heartbeat.now();
      old.retire();
    },
  };
}

function headsOf({ heads, headerHashes }: GetHeadsResponse): readonly AudienceHead[] {
  if (heads.length !== headerHashes.length) throw linkRefusal('LINK_ANSWER');
  return boundedList('heads', heads, HEADS).map(({ audience, incarnation, sequence }, index) => ({
    audience: decodeAudience(audience),
    incarnation,
    sequence: safeInteger('heads.sequence', sequence),
    headerHash: exactBytes('header_hashes', headerHashes[index] ?? new Uint8Array(0), 32),
  }));
}
