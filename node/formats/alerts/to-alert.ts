import type { Alert, AlertCustomer, AlertTransactions, MatchDetail } from '../../../proto/domain/alert.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { cleanOptional, cleanText } from '../text.ts';
import { cleanMetadata } from './metadata.ts';
import type { WireAlert } from './schema.ts';

type WireMatch = NonNullable<NonNullable<WireAlert['screening_results']>['match_details']>[number];

/** What the parser has already read from texts. */
export type CheckedDates = { readonly raisedAtMs: number; readonly dateOfBirth: string | null };

/** An alert that passed the schema, in the terms of the domain: texts cleaned, amounts exact, nothing undefined. */
export function toAlert(wire: WireAlert, { raisedAtMs, dateOfBirth }: CheckedDates): Alert {
  return {
    alertId: asId(wire.alert_id),
    alertType: wire.alert_type,
    priority: wire.priority,
    customer: toCustomer(wire.customer_data, dateOfBirth),
    matches: (wire.screening_results?.match_details ?? []).map(toMatch),
    screenedLists: cleanList(wire.screening_results?.data_sources),
    jurisdiction: cleanOptional(wire.regulatory_context?.jurisdiction),
    riskAppetite: cleanOptional(wire.regulatory_context?.risk_appetite),
    transactions: toTransactions(wire.transaction_data),
    account: toAccount(wire.account_data),
    raisedAtMs,
    metadata: cleanMetadata(wire.metadata ?? {}),
  };
}

function toCustomer(wire: WireAlert['customer_data'], dateOfBirth: string | null): AlertCustomer {
  return {
    customerId: asId(wire.customer_id),
    name: cleanText(wire.name),
    aliases: cleanList(wire.aliases),
    dateOfBirth,
    addresses: (wire.addresses ?? []).map((address) => ({
      street: cleanOptional(address.street),
      city: cleanOptional(address.city),
      state: cleanOptional(address.state),
      country: cleanOptional(address.country),
      postalCode: cleanOptional(address.postal_code),
    })),
    entityType: wire.entity_type,
    nationality: cleanOptional(wire.nationality),
    industry: cleanOptional(wire.industry),
  };
}

function toMatch(wire: WireMatch): MatchDetail {
  return {
    source: cleanText(wire.source),
    matchType: cleanText(wire.match_type),
    matchedName: cleanText(wire.matched_name),
    matchScore: wire.match_score,
    listName: cleanText(wire.list_name),
    listId: cleanOptional(wire.additional_info?.list_id),
    listDateOfBirth: cleanOptional(wire.additional_info?.list_dob),
    listCountry: cleanOptional(wire.additional_info?.list_country),
    program: cleanOptional(wire.additional_info?.program),
  };
}

function toTransactions(wire: WireAlert['transaction_data']): AlertTransactions | null {
  if (wire === null || wire === undefined) return null;
  return {
    ruleId: cleanText(wire.rule_id),
    rulesHit: cleanList(wire.rules_hit),
    windowStart: wire.window_start,
    windowEnd: wire.window_end,
    currency: wire.currency,
    amountMinor: BigInt(wire.amount_minor),
    maxAmountMinor: BigInt(wire.max_amount_minor ?? wire.amount_minor),
    inMinor: BigInt(wire.in_minor ?? 0),
    outMinor: BigInt(wire.out_minor ?? 0),
    transactionCount: wire.transaction_count ?? 0,
    counterpartyCount: wire.counterparty_count ?? 0,
    otherAgencyCount: wire.other_agency_count ?? 0,
    transactionIds: (wire.transaction_ids ?? []).map((id) => asId(id)),
  };
}

function toAccount(wire: WireAlert['account_data']): Alert['account'] {
  if (wire === null || wire === undefined) return null;
  return {
    accountId: asId(wire.account_id),
    opened: wire.opened ?? null,
    kind: cleanOptional(wire.kind),
    openingBalanceMinor: toMinor(wire.opening_balance_minor),
    declaredMonthlyIncomeMinor: toMinor(wire.declared_monthly_income_minor),
  };
}

function toMinor(amount: number | null | undefined): bigint | null {
  return amount === null || amount === undefined ? null : BigInt(amount);
}

function cleanList(texts: readonly string[] | null | undefined): readonly string[] {
  return (texts ?? []).map(cleanText).filter((text) => text !== '');
}
