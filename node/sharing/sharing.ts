import type { Membership } from '../../config/policy/membership.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { StatementBody } from '../../proto/domain/control.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Budgets } from './budget.ts';
import { catchUpFrom } from './catch-up.ts';
import { ControlLog } from './control-log.ts';
import { EnvelopeStore } from './envelope-store.ts';
import { Epochs } from './epochs.ts';
import { FlagKeyHolder } from './flag-key-holder.ts';
import { Flags } from './flags.ts';
import { Hints, type HintsDeps } from './hints.ts';
import type { IndicatorEntry } from './indicator-book.ts';
import { Indicators } from './indicators.ts';
import { MatchAnswerer, type AnswererDeps } from './match/answerer.ts';
import { MatchAsker } from './match/asker.ts';
import { MemberKeys, type MemberKeysDeps } from './member-keys.ts';
import type { SharingLink, SharingMesh } from './mesh-port.ts';
import { Mode } from './mode.ts';
import { Outbox, type SinkName } from './outbox.ts';
import type { BusinessTime, EnvelopeSink, Self } from './ports.ts';
import { Publisher } from './publish.ts';
import { Receiver } from './receive.ts';
import { StatementDesk } from './statement-desk.ts';
import { type CellDomain, type CaseRow, Summaries, type SummaryWindow } from './summaries.ts';
import { ReceivedSummaries } from './summary-book.ts';
import { Sync } from './sync.ts';
import { encodeEnvelope } from '../../proto/codec/envelope.ts';
import { Windows } from './window.ts';
import { Withdrawals } from './withdrawals.ts';

/** What the agency's own records and triage know that sharing may use; each is a question, none a store. */
export type Knowledge = {
  readonly caseRows: (window: SummaryWindow) => Promise<readonly CaseRow[]>;
  readonly cellDomain: CellDomain;
  readonly sharedAccounts: HintsDeps['sharedAccounts'];
  readonly accountScores: HintsDeps['scores'];
  readonly answeringSet: AnswererDeps['answeringSet'];
};

export type SharingDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly membership: Membership;
  readonly self: Self;
  readonly incarnation: () => number;
  readonly clock: Clock;
  readonly businessTime: BusinessTime;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly atRest: MemberKeysDeps['atRest'];
  readonly drawKey: Uint8Array;
  readonly collectMs: number;
  readonly mesh: SharingMesh;
  readonly link: SharingLink;
  readonly knowledge: Knowledge;
  readonly onIndicator: (entry: IndicatorEntry) => void;
  readonly onHints: (agencyId: string, accounts: readonly string[]) => void;
  /** Members, suspensions or policy have changed. */
  readonly onMembership: () => void;
};

export type Sharing = Awaited<ReturnType<typeof createSharing>>;

/** Builds the sharing layer of a node that is enrolled. Nothing leaves before the root calls tick(). */
export async function createSharing(deps: SharingDeps) {
  const { clock, businessTime, ledger, link, log, membership, mesh, random, self, viewer } = deps;
  const directory = membership;
  const origin = `concordat/${toHex(membership.federationId)}`;
  const { logKey } = membership.genesis;
  const store = new EnvelopeStore(ledger, viewer);
  const budgets = new Budgets(ledger, viewer);
  const mode = await Mode.open(ledger, clock, viewer);
  const summariesReceived = new ReceivedSummaries(ledger, directory);

  // What is read anew at start is told to the epochs once they are built.
  const appliedAtOpen: StatementBody[] = [];
  let onApplied = (body: StatementBody): void => void appliedAtOpen.push(body);
  const controlLog = await ControlLog.open({
    ledger,
    viewer,
    clock,
    log,
    logKey,
    rules: membership,
    origin: `${origin}/control`,
    bounds: LIMITS,
    onApplied: ({ body }) => onApplied(body),
  });

  const statements = new StatementDesk(() => ({
    controlLog,
    bounds: LIMITS,
    submitToLog: link.connected() ? (statement) => link.submit(statement) : undefined,
    gossip: (bytes) => void mesh.publish('control', bytes).catch(() => undefined),
    log,
  }));
  const keys = await MemberKeys.open({ ledger, viewer, directory, self, random, atRest: deps.atRest });
  const outbox = new Outbox({
    ledger,
    store,
    viewer,
    log,
    window: 256,
    sink: (name) => (mode.active() ? sinkOf(name, mesh, link) : undefined),
  });
  const publisher = new Publisher({
    ledger,
    store,
    directory,
    self,
    clock,
    random,
    incarnation: deps.incarnation,
    onPublished: () => void outbox.kick(),
  });
  const holder = new FlagKeyHolder({ directory, self, clock, random, log, statements, collectMs: deps.collectMs });
  const flags = new Flags({
    ledger,
    viewer,
    directory,
    self,
    keys,
    holder,
    publisher,
    businessTime,
    clock,
    random,
    log,
    oprfElementsPerRequest: LIMITS.oprfElementsPerRequest,
    oprf: {
      evaluate: (peerId, epoch, blinded) => mesh.evaluate(peerId, epoch, blinded, false),
      done: async (peerId, epoch) => void (await mesh.evaluate(peerId, epoch, [], true)),
    },
  });
  const hints = new Hints({
    ledger,
    viewer,
    budgets,
    publisher,
    directory,
    businessTime,
    drawKey: deps.drawKey,
    hintsPerBatch: LIMITS.hintsPerBatch,
    sharedAccounts: deps.knowledge.sharedAccounts,
    scores: deps.knowledge.accountScores,
    onReceived: deps.onHints,
  });
  const withdrawals = new Withdrawals({
    ledger,
    viewer,
    store,
    publisher,
    directory,
    self,
    clock,
    random,
    derived: (hash) => summariesReceived.erasure(hash),
  });
  const summaries = new Summaries({
    budgets,
    publisher,
    random,
    agencyId: self.agencyId,
    domain: deps.knowledge.cellDomain,
    rows: deps.knowledge.caseRows,
  });
  const receiver: Receiver = new Receiver({
    ledger,
    store,
    directory,
    self,
    clock,
    log,
    bounds: LIMITS,
    handlers: {
      summary: (arrival) => summariesReceived.receive(arrival),
      hint_batch: (arrival) => hints.receive(arrival),
      withdrawal: (arrival) => withdrawals.receive(arrival),
      withdrawal_answer: (arrival) => withdrawals.receiveAnswer(arrival),
    },
    onGap: (header) => void fetchGap(header.authorPeerId),
  });
  const sync = new Sync({ store, receiver, selfPeerId: self.peerId, log, rangeEnvelopes: LIMITS.syncRangeEnvelopes });
  const indicators = await Indicators.open({
    ledger,
    viewer,
    directory,
    keys,
    flags,
    businessTime,
    clock,
    log,
    trust: { logKey, origin: `${origin}/indicators`, indicatorBytes: LIMITS.envelopePayloadBytes },
    passOn: (bytes) => void mesh.publish('indicators', bytes).catch(() => undefined),
    onOpened: deps.onIndicator,
    onErased: (indicatorId) =>
      void withdrawals.answerIndicator(indicatorId).catch(() => log.warn({}, 'withdrawal answer not published')),
  });
  const windows = await Windows.open({
    ledger,
    viewer,
    directory,
    self,
    mode,
    clock,
    businessTime,
    log,
    summaries,
    hints,
    flags,
    collectMs: deps.collectMs,
  });
  const epochs = new Epochs({
    directory,
    keys,
    self,
    clock,
    log,
    statements,
    online: () => mesh.online(),
    requestKey: (peerId, name) => mesh.grant(peerId, name),
    isOver: (epoch) => windows.isOver(epoch),
    memberKeyWaitMs: LIMITS.memberKeyWaitMs,
  });
  for (const body of appliedAtOpen) epochs.onApplied(body);
  onApplied = (body) => {
    epochs.onApplied(body);
    deps.onMembership();
  };
  const answerer = new MatchAnswerer({
    ledger,
    directory,
    self,
    mode,
    budgets,
    businessTime,
    clock,
    random,
    log,
    statements,
    answeringSet: deps.knowledge.answeringSet,
    chunkBytes: LIMITS.matchFilterChunkBytes,
  });
  const asker = new MatchAsker({
    ledger,
    directory,
    self,
    mode,
    clock,
    random,
    peer: mesh.match,
    filterBytes: LIMITS.matchFilterBytes,
  });

  /** The author has what it sent; otherwise whoever is online may. */
  async function fetchGap(authorPeerId: PeerIdText): Promise<void> {
    const online = mesh.online();
    const peers = online.includes(authorPeerId) ? [authorPeerId, ...online] : online;
    for (const peerId of peers) if ((await catchUp(peerId)) > 0) return;
  }

  /** Everything that a peer has and we lack: statements, indicators, objects. Never throws for what a peer does wrong. */
  async function catchUp(peerId: PeerIdText): Promise<number> {
    try {
      return await catchUpFrom(peerId, { controlLog, indicators, mesh, sync });
    } catch (error) {
      log.debug({ peer: peerId, problem: String(error) }, 'catching up from a peer stopped');
      return 0;
    }
  }

  return {
    store,
    budgets,
    mode,
    controlLog,
    statements,
    keys,
    outbox,
    publisher,
    holder,
    flags,
    hints,
    withdrawals,
    summaries,
    summariesReceived,
    receiver,
    sync,
    indicators,
    windows,
    epochs,
    answerer,
    asker,
    catchUp,
    membership,
    /** One round of everything that is due; at an interval and after each change. */
    async tick(): Promise<void> {
      await epochs.tick();
      await holder.tick();
      await windows.tick();
      if (mode.active()) await answerer.tick();
      await indicators.openSealed();
      await outbox.kick();
    },
    async stop(): Promise<void> {
      holder.drop();
      await outbox.stop();
    },
  };
}

/** Where an object goes; undefined while that cannot be reached. */
function sinkOf(name: SinkName, mesh: SharingMesh, link: SharingLink): EnvelopeSink | undefined {
  if (name === 'coordinator') return link.connected() ? { send: (envelope) => link.publish(envelope) } : undefined;
  if (name === 'gossip') {
    return mesh.online().length === 0
      ? undefined
      : { send: async (envelope) => void (await mesh.publish('summaries', encodeEnvelope(envelope))) };
  }
  const peerId = mesh.online().find((peer) => name === `peer:${peer}`);
  return peerId === undefined ? undefined : { send: (envelope) => mesh.deliver(peerId, envelope) };
}
