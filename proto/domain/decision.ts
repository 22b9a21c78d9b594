import type { AlertId } from './ids.ts';

/** Least severe first: BLOCK > SAR > L3 > L2 > AUTO_CLEAR. */
export const DISPOSITIONS = ['AUTO_CLEAR', 'ESCALATE_L2', 'ESCALATE_L3', 'ESCALATE_SAR', 'BLOCK_TRANSACTION'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** The bands are the thresholds: LOW < 31, MEDIUM < 70, HIGH < 85, SEVERE >= 85. */
export const RISK_BANDS = ['LOW', 'MEDIUM', 'HIGH', 'SEVERE'] as const;
export type RiskBand = (typeof RISK_BANDS)[number];

export const RISK_COMPONENTS = ['customer', 'geographic', 'transaction', 'adverse_media', 'network'] as const;
export type RiskComponent = (typeof RISK_COMPONENTS)[number];

/** One reason in a component's sub-score, citing the evidence it rests on. */
export type Contribution = {
  readonly component: RiskComponent;
  readonly feature: string;
  /** Points on the component's 0 to 100 scale; negative when mitigating. */
  readonly points: number;
  readonly evidenceIds: readonly string[];
  /** True when the evidence came from peers, so that the counterfactual can leave it out. */
  readonly fromPeers: boolean;
};

/** A sentence of the narrative and the evidence that it cites; at least one, and each exists. */
export type CitedSentence = { readonly text: string; readonly evidenceIds: readonly string[] };

export type Evidence = {
  readonly evidenceId: string;
  readonly kind: string;
  readonly summary: string;
  readonly source: string;
  readonly fromPeers: boolean;
};

/** What peers' contribution changed: the same call without it, and what it cost. */
export type Counterfactual = {
  readonly riskScoreAlone: number;
  readonly dispositionAlone: Disposition;
  /** Privacy loss and queries spent, by kind. */
  readonly cost: Readonly<Record<string, number>>;
};

/** A sentence that a language model wrote and code has checked: what it cites exists and holds its numbers. */
export type AdviceSentence = CitedSentence & { readonly agent: string };
/** What a language model would do, and why. */
export type AdviceSuggestion = CitedSentence & { readonly disposition: Disposition };

/** What language models were asked about an alert and said, beside the decision of the code and never part of it. */
export type Advice = {
  /** `anthropic`, `openai-compatible` or `replay`. */
  readonly driver: string;
  /** Name, version and hash of the prompt. */
  readonly prompt: string;
  readonly calls: readonly {
    readonly model: string;
    readonly agents: readonly string[];
    readonly inputTokens: number;
    readonly outputTokens: number;
    /** Why the call gave nothing; null when it did. */
    readonly code: string | null;
  }[];
  readonly sentences: readonly AdviceSentence[];
  readonly suggestion: AdviceSuggestion | null;
  /** Sentences left out because they cite nothing, or say what their evidence does not. */
  readonly dropped: number;
  /** Why texts of others in the alert look as if they spoke to a machine; empty when none does. */
  readonly suspicions: readonly string[];
  /** What the code had decided: the least that the decision can be. */
  readonly dispositionByCode: Disposition;
};

export type Decision = {
  readonly alertId: AlertId;
  /** 1 for the first; a re-opened alert gets another, the earlier ones are kept. */
  readonly ordinal: number;
  readonly asOfMs: number;
  readonly decidedAtMs: number;
  readonly disposition: Disposition;
  /** 0 to 100, unrounded. */
  readonly riskScore: number;
  readonly riskBand: RiskBand;
  /** 0 to 1. */
  readonly confidence: number;
  readonly humanReview: boolean;
  readonly reviewer: string;
  readonly reasons: readonly string[];
  readonly components: Readonly<Record<RiskComponent, number>>;
  readonly contributions: readonly Contribution[];
  readonly evidence: readonly Evidence[];
  readonly narrative: readonly CitedSentence[];
  readonly dataQuality: {
    readonly completeness: number;
    readonly freshness: number;
    readonly reliability: number;
    /** Codes of sources that gave nothing because they failed; absent when none did. */
    readonly warnings?: readonly string[];
  };
  readonly typologies: readonly string[];
  readonly counterfactual: Counterfactual | null;
  readonly reopenedBy: string | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly emergency: boolean;
  /** Absent where no language model is configured. */
  readonly advice?: Advice;
};
