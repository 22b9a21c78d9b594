import { createMembership } from '../../../../config/policy/membership.ts';
import { decrypt, encrypt } from '../../../../crypto/aead.ts';
import type { Ledger, UnitOfWork } from '../../../../node/ledger/ledger.ts';
import type { ReceivedHint } from '../../../../node/sharing/hint-book.ts';
import type { AccountScore } from '../../../../node/sharing/hint-buckets.ts';
import type { SharedAccount } from '../../../../node/sharing/hints.ts';
import type { IndicatorEntry } from '../../../../node/sharing/indicator-book.ts';
import { type Inbound, inboundOf } from '../../../../node/sharing/inbound.ts';
import type { AnsweringEntity } from '../../../../node/sharing/match/label.ts';
import type { SharingLink, SharingMesh } from '../../../../node/sharing/mesh-port.ts';
import { createSharing, type Sharing, type SharingDeps } from '../../../../node/sharing/sharing.ts';
import type { CaseRow } from '../../../../node/sharing/summaries.ts';
import { asId, type PeerIdText } from '../../../../proto/domain/ids.ts';
import type { Viewer } from '../../../../proto/domain/marking.ts';
import type { RandomBytes } from '../../../../proto/domain/runtime.ts';
import { MemoryLedgerStore, openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import type { TestFederation, TestNode } from '../../../fixtures/federation.ts';
import type { SimClock } from './sim-clock.ts';
import { SimLog } from './sim-log.ts';

export type SimNodeDeps = {
  readonly federation: TestFederation;
  readonly keys: TestNode;
  readonly corporateGroup: string;
  readonly clock: SimClock;
  readonly businessTime: SimClock;
  readonly random: RandomBytes;
  readonly mesh: SharingMesh;
  readonly link: SharingLink;
  readonly collectMs: number;
  readonly incarnation: number;
  /** Tells whoever connects nodes that this one has new entry points. */
  readonly onOpened: (node: SimNode) => void;
};

export const SIM_SYSTEM: Viewer = {
  name: 'system',
  agency: 'sim',
  role: 'system',
  clearance: 'TOP_SECRET',
  compartments: [],
  groups: [],
};

/** One node's sharing layer over a ledger in memory; a restart loses everything that was not in the ledger. */
export class SimNode {
  readonly peerId: PeerIdText;
  readonly agencyId: string;
  readonly keys: TestNode;
  readonly store = new MemoryLedgerStore();
  readonly log = new SimLog();
  /** What the agency knows; a test fills it. */
  readonly knowledge = {
    rows: [] as CaseRow[],
    shared: [] as SharedAccount[],
    scores: [] as AccountScore[],
    answering: [] as AnsweringEntity[],
  };
  /** Scores of own accounts with the hints that may count; the same whatever they are, unless a test says otherwise. */
  scoresWith: (heard: readonly ReceivedHint[]) => readonly AccountScore[] = () => this.knowledge.scores;
  /** False in place of a clock that is too far off. */
  clockHolds = true;
  /** Called with each indicator before it is noted; throws in place of a triage that fails. */
  hears: () => void = () => undefined;
  readonly indicatorsOpened: IndicatorEntry[] = [];
  readonly hintsHeard: string[] = [];
  readonly #deps: SimNodeDeps;
  #opened: { readonly sharing: Sharing; readonly inbound: Inbound; readonly ledger: Ledger } | undefined;
  /** Called before a commit; throws in place of a disk that fails. */
  beforeCommit: () => void = () => undefined;
  /** As beforeCommit, with what would be written. */
  beforeUnit: (unit: UnitOfWork) => void = () => undefined;

  constructor(deps: SimNodeDeps) {
    this.#deps = deps;
    this.keys = deps.keys;
    this.peerId = deps.keys.peerId;
    this.agencyId = deps.keys.record.agencyId;
  }

  get sharing(): Sharing {
    if (this.#opened === undefined) throw new Error('the node is not open');
    return this.#opened.sharing;
  }

  get inbound(): Inbound {
    if (this.#opened === undefined) throw new Error('the node is not open');
    return this.#opened.inbound;
  }

  get ledger(): Ledger {
    if (this.#opened === undefined) throw new Error('the node is not open');
    return this.#opened.ledger;
  }

  async open(): Promise<void> {
    const { clock, federation, keys } = this.#deps;
    const ledger = this.#guarded(openMemoryLedger({ clock, store: this.store, random: this.#deps.random }));
    const sharing = await createSharing({
      ...this.#sharingDeps(),
      ledger,
      membership: createMembership(federation.genesisBytes),
      self: {
        peerId: keys.peerId,
        agencyId: asId(this.agencyId),
        corporateGroup: this.#deps.corporateGroup,
        identitySecretKey: keys.identity.secretKey,
        sealingSecretKey: keys.sealing.secretKey,
      },
    });
    this.#opened = { sharing, inbound: inboundOf(sharing), ledger };
    this.#deps.onOpened(this);
  }

  /** As a process that died and came back: memory gone, ledger there. */
  async restart(): Promise<void> {
    const before = this.#opened;
    this.#opened = undefined;
    await before?.ledger.close();
    await before?.sharing.stop();
    await this.open();
  }

  #sharingDeps(): Omit<SharingDeps, 'ledger' | 'membership' | 'self'> {
    const { businessTime, clock, collectMs, link, mesh, random } = this.#deps;
    const key = new Uint8Array(32).fill(7);
    const none = new Uint8Array(0);
    return {
      viewer: SIM_SYSTEM,
      incarnation: () => this.#deps.incarnation,
      clock,
      clockHolds: () => this.clockHolds,
      businessTime,
      random,
      log: this.log,
      atRest: {
        seal: (plaintext) => encrypt(key, plaintext, none, random),
        open: (sealed) => decrypt(key, sealed, none),
      },
      drawKey: this.keys.identity.secretKey.slice(0, 32),
      collectMs,
      mesh,
      link,
      knowledge: {
        caseRows: async () => this.knowledge.rows,
        cellDomain: { typologies: ['fan', 'other'], jurisdictions: ['XX'], channels: ['wire'] },
        sharedAccounts: async () => this.knowledge.shared,
        accountScores: async (_asOfMs, heard) => this.scoresWith(heard),
        answeringSet: async () => this.knowledge.answering,
      },
      onIndicator: (entry) => {
        this.hears();
        this.indicatorsOpened.push(entry);
      },
      onHints: (agencyId, accounts) =>
        void this.hintsHeard.push(...accounts.map((account) => `${agencyId}/${account}`)),
      onMembership: () => undefined,
    };
  }

  #guarded(ledger: Ledger): Ledger {
    return {
      commit: async (unit) => {
        this.beforeCommit();
        this.beforeUnit(unit);
        return ledger.commit(unit);
      },
      get: (space, key, viewer) => ledger.get(space, key, viewer),
      list: (space, range, viewer) => ledger.list(space, range, viewer),
      commits: (from) => ledger.commits(from),
      head: () => ledger.head(),
      lastWritten: (space) => ledger.lastWritten(space),
      writable: () => ledger.writable(),
      verify: () => ledger.verify(),
      close: () => ledger.close(),
    };
  }
}
