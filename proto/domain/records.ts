import type { EntityType } from './alert.ts';
import type { AccountId, AgencyId, CustomerId, TransferId } from './ids.ts';

/** A customer of the agency, as imported. Empty texts are null. */
export type Customer = {
  readonly customerId: CustomerId;
  readonly entityType: EntityType;
  readonly name: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly aliases: readonly string[];
  readonly dateOfBirth: string | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly nationality: string | null;
  readonly nationalId: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly industry: string | null;
  readonly onboarded: string | null;
};

export type Account = {
  readonly accountId: AccountId;
  readonly customerId: CustomerId;
  readonly opened: string | null;
  readonly kind: string | null;
  readonly openingBalanceMinor: bigint | null;
  readonly declaredMonthlyIncomeMinor: bigint | null;
};

/** A booked transfer with at least one end at the agency. Both ends know it under one id. */
export type Transfer = {
  readonly transferId: TransferId;
  /** YYYY-MM-DD or an instant; one that has only a date is known from the end of that day (UTC). */
  readonly bookedAt: string;
  readonly bookedAtMs: number;
  readonly knownAtMs: number;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly fromAccount: AccountId;
  readonly fromAgency: AgencyId;
  readonly toAccount: AccountId;
  readonly toAgency: AgencyId;
  readonly channel: string;
  readonly reference: string;
};

export type CashMovement = {
  /** Of the row's content, as the source gives none. */
  readonly cashId: string;
  readonly bookedAt: string;
  readonly bookedAtMs: number;
  readonly knownAtMs: number;
  readonly accountId: AccountId;
  readonly direction: 'in' | 'out';
  readonly kind: string;
  readonly amountMinor: bigint;
  readonly currency: string;
};

export const LIST_KINDS = ['SANCTIONS', 'PEP', 'ADVERSE_MEDIA'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

export const VEHICLES = ['VESSEL', 'AIRCRAFT'] as const;
export type Vehicle = (typeof VEHICLES)[number];

/** One entry of a watchlist in one version of it. */
export type ListEntry = {
  readonly listName: string;
  readonly listVersion: string;
  readonly listKind: ListKind;
  readonly entryId: string;
  readonly entityType: EntityType | null;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Dates as the list gives them: YYYY-MM-DD, YYYY-MM or YYYY. */
  readonly datesOfBirth: readonly string[];
  readonly countries: readonly string[];
  readonly programs: readonly string[];
  /** Of papers, registers, vessels and wallets, as the list writes them; absent where it has none. */
  readonly identifiers?: readonly string[];
  /** What it is where it is neither a person nor an organisation. */
  readonly vehicle?: Vehicle;
  readonly remarks: string | null;
};
