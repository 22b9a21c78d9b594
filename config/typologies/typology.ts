/** Distinct counterparties on one side of an account within a span. */
export type FanParameters = {
  readonly direction: 'in' | 'out';
  readonly spanDays: number;
  readonly minimumCounterparties: number;
  /** From so many on the strength is 1. */
  readonly fullCounterparties: number;
};

/** Money that returns to the account over others, each transfer no earlier than the one before. */
export type CycleParameters = {
  readonly spanDays: number;
  readonly minimumHops: number;
  readonly maximumHops: number;
  /** Smallest transfer of the round as a share of its largest. */
  readonly minimumAmountShare: number;
};

/** One source, several accounts between, one sink. */
export type ScatterGatherParameters = {
  readonly spanDays: number;
  readonly minimumBetween: number;
  readonly fullBetween: number;
};

/** Several senders, then several receivers, with the account between them. */
export type GatherScatterParameters = {
  readonly spanDays: number;
  readonly minimumEachSide: number;
  readonly fullEachSide: number;
};

/** What came in leaves again soon, nearly whole, to somebody else. */
export type PassThroughParameters = {
  readonly spanDays: number;
  readonly minimumShare: number;
  readonly maximumShare: number;
  readonly fullPairs: number;
};

/** Transfers of nearly one amount in one direction, as if a threshold were kept. */
export type StructuringParameters = {
  readonly spanDays: number;
  readonly tolerance: number;
  readonly minimumTransfers: number;
  readonly minimumCounterparties: number;
  readonly fullTransfers: number;
};

/** An account that was quiet and then is not. */
export type DormantParameters = {
  readonly quietDays: number;
  readonly spanDays: number;
  readonly minimumTransfers: number;
  readonly fullTransfers: number;
};

/** Senders that each send to the same receivers, as if every pair had business with each other. */
export type BipartiteParameters = {
  readonly spanDays: number;
  /** Senders, and receivers, that all have to do with each other. */
  readonly minimumEachSide: number;
  readonly fullEachSide: number;
};

/** Layers: the same senders pay the same accounts, which then pay one receiver. */
export type StackParameters = {
  readonly spanDays: number;
  /** Accounts of the first layer, and of the second. */
  readonly minimumEachLayer: number;
  readonly fullEachLayer: number;
};

/** Accounts that pay each other, pass on what they get, and do nothing else. */
export type ShellClusterParameters = {
  readonly spanDays: number;
  readonly minimumAccounts: number;
  readonly fullAccounts: number;
  /** What leaves an account as a share of what came in, at least; of what leaves, what came in, at least as much. */
  readonly minimumPassedOn: number;
  /** An account with more transfers in the span has a life of its own. */
  readonly maximumTransfers: number;
};

/** A pattern that detectors look for around an account: which detector, with what parameters. */
export type Typology = {
  /** Public name, in summaries, decisions and metrics. */
  readonly id: string;
  /** For people, in the middle of a sentence. */
  readonly description: string;
} & (
  | { readonly detector: 'fan'; readonly parameters: FanParameters }
  | { readonly detector: 'cycle'; readonly parameters: CycleParameters }
  | { readonly detector: 'scatter-gather'; readonly parameters: ScatterGatherParameters }
  | { readonly detector: 'gather-scatter'; readonly parameters: GatherScatterParameters }
  | { readonly detector: 'pass-through'; readonly parameters: PassThroughParameters }
  | { readonly detector: 'structuring'; readonly parameters: StructuringParameters }
  | { readonly detector: 'dormant'; readonly parameters: DormantParameters }
  | { readonly detector: 'bipartite'; readonly parameters: BipartiteParameters }
  | { readonly detector: 'stack'; readonly parameters: StackParameters }
  | { readonly detector: 'shell-cluster'; readonly parameters: ShellClusterParameters }
);
