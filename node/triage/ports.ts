import type { EntityType } from '../../proto/domain/alert.ts';
import type { ListKind } from '../../proto/domain/records.ts';
import type { AccountRef } from './account-ref.ts';

/** Whom to look for in the watchlists. */
export type ScreeningSubject = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly dateOfBirth: string | null;
  /** Nationality and countries of address. */
  readonly countries: readonly string[];
  readonly entityType: EntityType;
};

/** An entry of a list that looks like the subject. */
export type ScreeningHit = {
  readonly listName: string;
  readonly listVersion: string;
  readonly listKind: ListKind;
  readonly entryId: string;
  readonly name: string;
  /** Agreement of the names alone, 0 to 1. */
  readonly nameScore: number;
  /** What that is made of; they add up to it. */
  readonly nameFeatures: readonly { readonly name: string; readonly contribution: number }[];
  readonly datesOfBirth: readonly string[];
  readonly countries: readonly string[];
  readonly programs: readonly string[];
  /** Two persons have found that this customer is not the one meant; absent where nobody has. */
  readonly whitelisted?: true;
};

/** Watchlists in force at a time, best hits first. The customer's id is for what was found of the customer before. */
export type Screener = {
  screen(subject: ScreeningSubject & { readonly customerId: string }, asOfMs: number): Promise<readonly ScreeningHit[]>;
};

/** Something that an outside source says of a customer; texts are its own, tamed and cut. */
export type ExternalFact = {
  readonly kind: 'adverse_media' | 'corporate_fact';
  /** The source's own id of it. */
  readonly factId: string;
  readonly text: string;
  /** Medium or registry. */
  readonly publisher: string;
  /** Published, or as of, YYYY-MM-DD. */
  readonly day: string;
};

export type ExternalAnswer = {
  /** `host:port` that was asked. */
  readonly source: string;
  readonly facts: readonly ExternalFact[];
  /** Code of why there are none; null when the source answered. */
  readonly warning: string | null;
};

/** An outside source of adverse media and corporate facts. Rejects with the signal's reason alone. */
export type ExternalSource = {
  /** Facts of days up to asOfMs. */
  lookup(subject: ScreeningSubject, asOfMs: number, signal: AbortSignal): Promise<ExternalAnswer>;
};

/** An opened flag that this node holds, not expired and not withdrawn at the time asked about. */
export type HeldIndicator = {
  readonly indicatorId: string;
  readonly account: AccountRef;
  /** Distinct corporate groups that contributed. */
  readonly groupCount: number;
  readonly typologies: readonly string[];
  /** Business time of receipt. */
  readonly knownAtMs: number;
};

/** What a peer agency last said of one of its accounts in one round. */
export type HeldHint = {
  readonly account: AccountRef;
  /** 0 to buckets − 1, the highest the riskiest. */
  readonly bucket: number;
  readonly buckets: number;
  readonly epsilon: number;
  readonly round: number;
};

/** What peers have already given. Nothing that became known after asOfMs. */
export type PeerKnowledge = {
  indicatorsFor(accounts: readonly AccountRef[], asOfMs: number): Promise<readonly HeldIndicator[]>;
  hintsFor(accounts: readonly AccountRef[], asOfMs: number): Promise<readonly HeldHint[]>;
};

/** Why no peer was asked about an alert. Public, like error codes; enters the audit trail with each decision. */
export const NOT_ASKED = {
  ASK_SHADOW: 'the node is in shadow mode',
  ASK_CLOCK: "the node's clock is further off than clocks may be",
  ASK_POLICY: 'policy lets no rule ask other agencies',
  ASK_NOBODY: 'no agency that answers is connected',
  ASK_LATER: 'what could be answered became known after the time of the decision',
  ASK_UNCHANGED: 'no answer could change the decision',
  ASK_IDENTIFIER: 'the records name nothing by which the customer could be known elsewhere',
  ASK_QUOTA: 'what policy lets a rule ask in a day is spent',
  ASK_BUSY: 'too many questions are under way',
} as const;
export type NotAsked = keyof typeof NOT_ASKED;

/** A peer's answer that it knows the entity among those that its policy calls higher-risk. */
export type MatchAnswer = { readonly agency: string; readonly category: string | null };

/** What came of asking. */
export type MatchOutcome = {
  readonly answers: readonly MatchAnswer[];
  /** Agencies that were asked. */
  readonly asked: number;
  /** Of these, agencies that refused, failed or did not answer within the time. */
  readonly unanswered: number;
  /** Elements debited from quotas, whether or not an answer came. */
  readonly elementsSpent: number;
  /** Names the question in the receipts of both ends; says nothing of alert or customer. */
  readonly caseHandle: string;
};

/** Asks peers about the customer of an alert, where policy lets a rule do so. */
export type MatchPort = {
  /** Agencies to which a question as of that time could go, or why there is none. Sends nothing and spends nothing. */
  answerers(asOfMs: number): readonly string[] | NotAsked;
  /**
   * Asks each of them once. Resolves at the latest when the signal fires, with the answers that have come by then; what
   * a peer does wrong makes it one that did not answer.
   */
  ask(
    subject: { readonly customerId: string; readonly asOfMs: number },
    signal: AbortSignal,
  ): Promise<MatchOutcome | NotAsked>;
};

/**
 * Accounts that a decision marks as suspicious: what a flag may be made of. Says no more than that the decision is L3
 * or graver, so that nothing computed from it can tell whether a report is considered.
 */
export type Escalation = {
  readonly alertId: string;
  readonly ordinal: number;
  readonly asOfMs: number;
  /**
   * The account that the alert is about, then counterparties of its transfers, riskiest first, each with how many
   * counterparties it has within the window: policy leaves hubs out and says how many are taken.
   */
  readonly accounts: readonly (AccountRef & { readonly degree: number })[];
  readonly typologies: readonly string[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
};

/**
 * Takes escalations after the decision is durable. May be told of one more than once. Resolves when it is kept, or when
 * policy has no use for it.
 */
export type Escalations = { escalated(escalation: Escalation): Promise<void> };

/** Time of decisions: the clock in live work, time of the last row fed in a replay. */
export type BusinessTime = { nowMs(): number };

/** Waits; rejects with the signal's reason when that fires first. Tests hand in their own. */
export type Sleep = (durationMs: number, signal: AbortSignal) => Promise<void>;
