import { createMembership } from '../../config/policy/membership.ts';
import type { KeyStore } from '../../config/runtime/keys/key-store.ts';
import type { Metrics } from '../../config/runtime/metrics.ts';
import { VERSION } from '../../config/runtime/version.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import { openWithKey, sealWithKey } from '../../crypto/at-rest.ts';
import { utf8 } from '../../crypto/bytes.ts';
import { DOMAINS } from '../../crypto/domains.ts';
import { hkdfSha256 } from '../../crypto/hash.ts';
import { ready as oprfReady } from '../../crypto/oprf/voprf.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { AlertReader } from '../api/ports.ts';
import type { SharingDesk } from '../api/views/sharing-view.ts';
import type { CoordinatorLink } from '../coordinator-link/link.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { candidateRows } from '../sharing/flag-candidates.ts';
import type { Marked } from '../sharing/flag-candidates.ts';
import { inboundOf } from '../sharing/inbound.ts';
import type { IndicatorEntry } from '../sharing/indicator-book.ts';
import type { LedgerWrite } from '../ledger/ledger.ts';
import type { Self } from '../sharing/ports.ts';
import { createSharing } from '../sharing/sharing.ts';
import type { MatchPort, PeerKnowledge } from '../triage/ports.ts';
import { serveMesh, sharingLink, sharingMesh } from './adapters.ts';
import type { ClockVerdict } from './clock-judge.ts';
import { ClockWatch } from './clock-watch.ts';
import { sharingDesk } from './desk.ts';
import { helloPort } from './hello.ts';
import { readEnrolment, replaceEnrolment } from './home.ts';
import { assertOwnCertificate, certificateRequest, identityOf } from './join.ts';
import { type KnowledgeDeps, knowledgeOf } from './knowledge.ts';
import { linkMetrics, meshMetrics, watchClock } from './metrics.ts';
import { peerKnowledge } from './peer-knowledge.ts';
import { Renewal } from './renewal.ts';
import { Roster } from './roster.ts';
import { Rounds } from './rounds.ts';
import { TriageAsker } from './triage-asker.ts';

export type FederationDeps = {
  readonly homeRoot: string;
  readonly settings: NodeSettings;
  readonly keys: KeyStore;
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly clock: Clock;
  /** Time that no setting of the clock moves. */
  readonly monotonicMs: () => number;
  readonly businessTime: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reader: AlertReader;
  /** Scores of own accounts; of what peers gave, the hints handed in enter and nothing else. */
  readonly scores: KnowledgeDeps['scores'];
  /** A cleared alert that these accounts touch may be judged anew. Not called in shadow mode. */
  readonly onTouched: (
    accounts: readonly { readonly agency: string; readonly accountId: string }[],
    reason: string,
  ) => void;
};

/** This node's part in its federation. */
export type Federation = {
  readonly desk: SharingDesk;
  /** What peers have given, as triage asks for it; nothing in shadow mode. */
  readonly peerKnowledge: PeerKnowledge;
  /** Asks peers about an alert's customer, where policy lets a rule do so. */
  readonly match: MatchPort;
  /** How this node's clock stands to its peers'. */
  clock(): ClockVerdict;
  /** Rows for the commit of a decision that marks accounts as suspicious. */
  candidateRows(marked: Marked): readonly LedgerWrite[];
  /** Listens and dials. @returns multiaddrs in use */
  start(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

/** The coordinator among the clocks that are heard; no peer id looks like it. */
const COORDINATOR = 'coordinator';
/** Used until a policy says otherwise. */
const DEFAULT_GRACE_MS = 7 * 86_400_000;

/** Joins the parts of a node that is enrolled: control log, sharing layer, mesh, link. Nothing is opened before start(). */
export async function createFederation(deps: FederationDeps): Promise<Federation> {
  const { clock, ledger, log, metrics, random, settings, viewer } = deps;
  await oprfReady();
  let enrolment = await readEnrolment(deps.homeRoot);
  const identity = await identityOf(deps.keys, settings.node);
  const membership = createMembership(enrolment.genesisBytes);
  const { rootCertificate } = membership.genesis;
  const agency = membership.genesis.agencies.find(({ agencyId }) => agencyId === identity.agencyId);
  const self: Self = {
    peerId: identity.peerId,
    agencyId: identity.agencyId,
    corporateGroup: agency?.corporateGroup ?? identity.agencyId,
    identitySecretKey: identity.identitySecretKey,
    sealingSecretKey: identity.sealingSecretKey,
  };
  const clockWatch = new ClockWatch({ clock, monotonicMs: deps.monotonicMs, log, bounds: LIMITS });
  watchClock(metrics, clockWatch);
  const rounds = new Rounds(async () => {
    clockWatch.check();
    await sharing.tick();
    await renewal.tick();
  }, log);
  const kick = (): void => rounds.kick();
  // Built in a circle: the layer asks mesh and link, and they hand to the layer what comes.
  const built: { mesh?: Mesh; link?: CoordinatorLink; match?: TriageAsker } = {};
  const mesh = (): Mesh => defined(built.mesh);
  const link = (): CoordinatorLink => defined(built.link);
  const roster = await Roster.open(membership, ledger, viewer);
  const touched = (
    accounts: readonly { readonly agency: string; readonly accountId: string }[],
    reason: string,
  ): void => {
    if (sharing.mode.active()) deps.onTouched(accounts, reason);
  };
  const sharing = await createSharing({
    ledger,
    viewer,
    membership,
    self,
    clock,
    clockHolds: () => clockWatch.holds(),
    random,
    log,
    businessTime: deps.businessTime,
    incarnation: () => membership.incarnation(identity.peerId).incarnation,
    atRest: memberKeysAtRest(settings.access.encryptionKey, random),
    drawKey: await deps.keys.get('hint'),
    collectMs: settings.sharing.collectSeconds * 1_000,
    mesh: sharingMesh(mesh),
    link: sharingLink(link),
    knowledge: knowledgeOf({
      agency: identity.agencyId,
      jurisdiction: agency?.jurisdiction ?? '',
      ledger,
      reader: deps.reader,
      viewer,
      scores: deps.scores,
    }),
    onIndicator: (entry) => touched(accountsOf(entry), `indicator:${entry.indicatorId}`),
    onHints: (agencyId, accounts) =>
      touched(
        accounts.map((accountId) => ({ agency: agencyId, accountId })),
        `hints:${agencyId}`,
      ),
    onMembership: () => {
      roster.changed();
      built.match?.noteKeys();
      kick();
    },
  });
  const match = new TriageAsker({
    sharing,
    ownAgency: identity.agencyId,
    ledger,
    viewer,
    clock,
    businessTime: deps.businessTime,
    random,
    log,
    online: () => sharingMesh(mesh).online(),
    clockHolds: () => clockWatch.holds(),
  });
  match.noteKeys();
  built.match = match;
  const inbound = inboundOf(sharing);
  const { createMesh } = await import('../mesh/mesh.ts');
  const { createCoordinatorLink } = await import('../coordinator-link/link.ts');
  const privateKey = identity.tls.pkcs8;
  built.mesh = await createMesh(
    {
      identitySeed: identity.identitySecretKey,
      federationId: membership.federationId,
      version: VERSION,
      listenAddresses: settings.mesh.listen,
      announceAddresses: settings.mesh.announce,
      inboundConnectionsPerSecondPerHost: settings.mesh.connectionsPerSecondPerHost,
    },
    {
      clock,
      random,
      log,
      metrics: meshMetrics(metrics),
      directory: roster,
      hello: helloPort({
        membership,
        peerId: identity.peerId,
        certificateChain: () => enrolment.certificateChain,
        controlLog: sharing.controlLog,
        clock,
        onClock: (from, theirMs) => clockWatch.heard(from, theirMs),
        log,
        defaultGraceMs: DEFAULT_GRACE_MS,
      }),
    },
  );
  built.link = createCoordinatorLink(
    {
      address: enrolment.memberAddress,
      rootCertificate,
      certificate: { chain: enrolment.certificateChain, privateKey },
      version: VERSION,
    },
    {
      random,
      log,
      metrics: linkMetrics(metrics),
      addresses: () => mesh().addresses(),
      onServerTime: (theirMs) => clockWatch.heard(COORDINATOR, theirMs),
      handlers: {
        roster: { receive: (entries) => roster.take(entries) },
        control: {
          next: async () => sharing.controlLog.size(),
          receive: ({ checkpoint, entries, start }) => inbound.control(start, entries, checkpoint),
        },
        indicators: { next: async () => sharing.indicators.cursor(), receive: (signed) => inbound.indicator(signed) },
      },
    },
  );
  serveMesh(mesh(), inbound, sharing);
  mesh().onGreeted(({ peerId }) => void sharing.catchUp(peerId).then(kick));
  link().onState((state) => {
    if (state === 'connected')
      void sharing.statements
        .resubmit()
        .catch(() => undefined)
        .then(kick);
  });
  const renewal = new Renewal({
    clock,
    log,
    certificate: () => enrolment.certificateChain[0] ?? new Uint8Array(0),
    async renew() {
      const { renew } = await import('../coordinator-link/enrol.ts');
      const request = await certificateRequest(identity, membership.federationId);
      const input = {
        peerId: identity.peerId,
        federationId: membership.federationId,
        certificateRequest: request,
        issuedAtMs: clock.nowMs(),
        identitySecretKey: identity.identitySecretKey,
      };
      const certificateChain = await renew({ address: enrolment.enrolmentAddress, rootCertificate }, input);
      assertOwnCertificate(certificateChain, identity, rootCertificate, clock.nowMs());
      enrolment = { ...enrolment, certificateChain };
      await replaceEnrolment(deps.homeRoot, enrolment);
      link().useCertificate({ chain: certificateChain, privateKey });
    },
  });

  return {
    desk: sharingDesk({ membership, self, ledger, viewer, sharing, mesh: mesh(), link: link(), clockWatch, kick }),
    peerKnowledge: peerKnowledge(sharing, identity.agencyId, viewer),
    match,
    clock: () => clockWatch.verdict(),
    candidateRows: (marked) => candidateRows({ directory: membership, self, mode: sharing.mode }, marked),
    async start() {
      await mesh().start();
      link().start();
      rounds.start(settings.sharing.tickMs);
      return mesh().addresses();
    },
    async stop() {
      // The transports first: what waits for a peer or the coordinator then ends at once.
      await Promise.all([rounds.stop(), link().stop(), mesh().stop()]);
      await Promise.all([sharing.stop(), match.settled()]);
    },
  };
}

function accountsOf(entry: IndicatorEntry): readonly { readonly agency: string; readonly accountId: string }[] {
  return entry.identifierType === 'account' ? [{ agency: entry.holderAgency, accountId: entry.identifier }] : [];
}

function memberKeysAtRest(
  encryptionKey: string,
  random: RandomBytes,
): { seal(plaintext: Uint8Array): Uint8Array; open(sealed: Uint8Array): Uint8Array } {
  const key = hkdfSha256(utf8(encryptionKey), new Uint8Array(0), DOMAINS.memberKeyAtRest, 32);
  const place = utf8('member-key');
  return {
    seal: (plaintext) => sealWithKey(key, plaintext, place, random),
    open: (sealed) => openWithKey(key, sealed, place),
  };
}

function defined<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('a part of the federation was used before it was built');
  return part;
}
