import type { Viewer } from '../../proto/domain/marking.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import type { FlagCandidate } from './flag-store.ts';
import type { Flags } from './flags.ts';
import { PROCESS_ONLY } from './markings.ts';
import type { Mode } from './mode.ts';
import type { Directory, Self } from './ports.ts';
import { judge } from './release.ts';

/** What a decision marks as suspicious: the account of the alert first, then counterparties of its transfers. */
export type Marked = {
  readonly alertId: string;
  readonly ordinal: number;
  readonly accounts: readonly { readonly agency: string; readonly accountId: string; readonly degree: number }[];
  readonly typologies: readonly string[];
  /** Business time. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
};

export type CandidatesDeps = {
  readonly directory: Pick<Directory, 'policy'>;
  readonly self: Pick<Self, 'agencyId'>;
  readonly mode: Pick<Mode, 'active'>;
};

const PREFIX = 'candidate/';

/**
 * Rows that go into the commit of a decision which a rule may flag, none where a person has to release it, the node is
 * in shadow mode, or policy knows no such gateway. What is marked is cut to policy: hubs left out, the account itself
 * always in.
 */
export function candidateRows(deps: CandidatesDeps, marked: Marked): readonly LedgerWrite[] {
  const policy = deps.directory.policy();
  // The size of the federation is asked when flags leave, not when they are kept.
  const answer = judge({ kind: 'flag', from: deps.self.agencyId, to: [], policy, flagsOff: undefined });
  if (policy === undefined || !deps.mode.active() || !answer.allowed || !answer.byRule) return [];
  const value = Buffer.from(JSON.stringify(candidatesOf(marked, policy)));
  return [{ space: 'flag', key: `${PREFIX}${marked.alertId}/${marked.ordinal}`, value, marking: PROCESS_ONLY }];
}

/** Takes the rows that decisions have left into the agency's flags. @returns how many decisions */
export async function takeCandidates(ledger: Ledger, viewer: Viewer, flags: Flags): Promise<number> {
  const rows: { key: string; candidates: FlagCandidate[] }[] = [];
  for await (const { key, value } of ledger.list('flag', { prefix: PREFIX }, viewer)) {
    rows.push({ key, candidates: JSON.parse(Buffer.from(value).toString()) as FlagCandidate[] });
  }
  for (const { key, candidates } of rows) {
    await flags.add(candidates, 'rule');
    await ledger.commit({ writes: [{ space: 'flag', key, value: null, marking: PROCESS_ONLY }], audit: [] });
  }
  return rows.length;
}

function candidatesOf(marked: Marked, policy: Policy): readonly FlagCandidate[] {
  const { hubDegree, identifiersPerCase } = policy.flags;
  return marked.accounts
    .filter(({ degree }, place) => place === 0 || degree <= hubDegree)
    .slice(0, identifiersPerCase)
    .map(({ accountId, agency }) => ({
      identifierType: 'account',
      identifier: accountId,
      holderAgency: agency,
      typologies: marked.typologies,
      firstSeenMs: marked.firstSeenMs,
      lastSeenMs: marked.lastSeenMs,
      source: marked.alertId,
    }));
}
