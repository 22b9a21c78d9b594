import type { Membership } from '../../config/policy/membership.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AtRest } from './at-rest-port.ts';
import type { HintsDeps } from './hints.ts';
import type { IndicatorEntry } from './indicator-book.ts';
import type { AnswererDeps } from './match/answerer.ts';
import type { SharingLink, SharingMesh } from './mesh-port.ts';
import type { BusinessTime, Self } from './ports.ts';
import type { CaseRow, CellDomain, SummaryWindow } from './summaries.ts';

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
  /** The real clock: expiry, dates of headers, waits. */
  readonly clock: Clock;
  /** False while that clock is further off from its peers' than clocks may be: nothing dated is signed or sent then. */
  readonly clockHolds: () => boolean;
  /** The clock of decisions: windows, indicators, hints. */
  readonly businessTime: BusinessTime;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly atRest: AtRest;
  /** Key of the agency under which hints are drawn. */
  readonly drawKey: Uint8Array;
  /** How long the key holder waits for other members after its own window has closed. */
  readonly collectMs: number;
  readonly mesh: SharingMesh;
  readonly link: SharingLink;
  readonly knowledge: Knowledge;
  /** An indicator is usable; called again until it resolves, also after a restart. */
  readonly onIndicator: (entry: IndicatorEntry) => void | Promise<void>;
  /** Accounts of a peer agency about which hints have brought something new. */
  readonly onHints: (agencyId: string, accounts: readonly string[]) => void;
  /** Members, suspensions, keys or policy have changed. */
  readonly onMembership: () => void;
};
