import type { AccountId, AlertId, CustomerId, TransferId } from './ids.ts';

export const ALERT_TYPES = ['SANCTIONS', 'PEP', 'ADVERSE_MEDIA', 'TRANSACTION', 'KYC_ONGOING'] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

export const ALERT_PRIORITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type AlertPriority = (typeof ALERT_PRIORITIES)[number];

export const ENTITY_TYPES = ['INDIVIDUAL', 'BUSINESS'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

export type Address = {
  readonly street: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
};

export type AlertCustomer = {
  readonly customerId: CustomerId;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Date of birth or of incorporation, YYYY-MM-DD. */
  readonly dateOfBirth: string | null;
  readonly addresses: readonly Address[];
  readonly entityType: EntityType;
  readonly nationality: string | null;
  readonly industry: string | null;
};

export type MatchDetail = {
  readonly source: string;
  readonly matchType: string;
  readonly matchedName: string;
  /** 0 to 1, as the screening system gave it. */
  readonly matchScore: number;
  readonly listName: string;
  readonly listId: string | null;
  readonly listDateOfBirth: string | null;
  readonly listCountry: string | null;
  readonly program: string | null;
};

export type AlertTransactions = {
  readonly ruleId: string;
  readonly rulesHit: readonly string[];
  /** First and last day, YYYY-MM-DD. */
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly maxAmountMinor: bigint;
  readonly inMinor: bigint;
  readonly outMinor: bigint;
  readonly transactionCount: number;
  readonly counterpartyCount: number;
  readonly otherAgencyCount: number;
  readonly transactionIds: readonly TransferId[];
};

export type AlertAccount = {
  readonly accountId: AccountId;
  readonly opened: string | null;
  readonly kind: string | null;
  readonly openingBalanceMinor: bigint | null;
  readonly declaredMonthlyIncomeMinor: bigint | null;
};

/** An alert of the agency's own monitoring or screening, validated. Reference: aml-triage-deployment-guide. */
export type Alert = {
  readonly alertId: AlertId;
  readonly alertType: AlertType;
  readonly priority: AlertPriority;
  readonly customer: AlertCustomer;
  readonly matches: readonly MatchDetail[];
  readonly screenedLists: readonly string[];
  readonly jurisdiction: string | null;
  readonly riskAppetite: string | null;
  readonly transactions: AlertTransactions | null;
  readonly account: AlertAccount | null;
  readonly raisedAtMs: number;
  /** Free fields of the source system: data, never instructions. */
  readonly metadata: Readonly<Record<string, unknown>>;
};
