import type { AgencyId } from './ids.ts';

/** Kinds of exchange that a gateway may allow. */
export const EXCHANGE_KINDS = ['summary', 'flag', 'hint', 'match', 'withdrawal', 'indicator'] as const;
export type ExchangeKind = (typeof EXCHANGE_KINDS)[number];

/** The legal basis under which objects may leave. No agencies named means all members. */
export type GatewayRule = {
  readonly gateway: string;
  readonly kinds: readonly ExchangeKind[];
  readonly agencies: readonly AgencyId[];
  readonly releaseByRule: boolean;
};

export type FlagPolicy = {
  /** k: distinct corporate groups that open a flag. */
  readonly threshold: number;
  /** Business time during which a flag not yet opened is sent anew in each epoch. */
  readonly windowMs: number;
  readonly identifiersPerCase: number;
  readonly hubDegree: number;
  readonly quotaPerEpoch: number;
  readonly batchSize: number;
  readonly indicatorLifeMs: number;
};

export type HintPolicy = {
  readonly epsilon: number;
  readonly buckets: number;
  readonly rounds: number;
  readonly minimumTransfers: number;
  readonly windowMs: number;
  readonly topShare: number;
  readonly budgetPerAccount: number;
};

export type MatchPolicy = {
  readonly elementsPerDay: number;
  readonly elementsPerKey: number;
  readonly labelLevel: number;
  /** Elements that triage may ask of one agency in a day without a person, per token type; 0: none. */
  readonly elementsByRulePerDay: number;
};

export type SummaryPolicy = {
  readonly epsilon: number;
  readonly capPerCustomer: number;
  readonly minimumCell: number;
  readonly budgetPerYear: number;
};

/** The federation's signed policy. A kind of exchange that no gateway names is off. */
export type Policy = {
  readonly version: number;
  readonly previousHash: Uint8Array;
  readonly gateways: readonly GatewayRule[];
  readonly keyHolderAgency: AgencyId;
  readonly epochLengthMs: number;
  readonly certificateLifeMs: number;
  readonly certificateGraceMs: number;
  readonly flags: FlagPolicy;
  readonly hints: HintPolicy;
  readonly match: MatchPolicy;
  readonly summaries: SummaryPolicy;
  readonly joinersReadBack: boolean;
};
