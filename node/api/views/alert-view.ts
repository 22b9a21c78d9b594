import * as z from 'zod';
import type { Alert, AlertCustomer, AlertTransactions, MatchDetail } from '../../../proto/domain/alert.ts';
import { alertSchema } from '../../formats/alerts/schema.ts';
import { ALERT_STATES, type HeldAlert } from '../ports.ts';

/** An alert as the node holds it: the reference guide's schema, with what the node knows of it. */
export const HELD_ALERT = alertSchema.extend({
  state: z.enum(ALERT_STATES),
  received_at: z.iso.datetime(),
});
type WireHeldAlert = z.input<typeof HELD_ALERT>;
type WireAlert = z.input<typeof alertSchema>;
type WireMatch = NonNullable<NonNullable<WireAlert['screening_results']>['match_details']>[number];

/** An alert in the names of the reference guide. */
export function heldAlertView({ alert, state, receivedAtMs }: HeldAlert): WireHeldAlert {
  return { ...alertView(alert), state, received_at: new Date(receivedAtMs).toISOString() };
}

function alertView(alert: Alert): WireAlert {
  return {
    alert_id: alert.alertId,
    alert_type: alert.alertType,
    priority: alert.priority,
    customer_data: customerView(alert.customer),
    screening_results: { match_details: alert.matches.map(matchView), data_sources: [...alert.screenedLists] },
    regulatory_context: { jurisdiction: alert.jurisdiction, risk_appetite: alert.riskAppetite },
    transaction_data: alert.transactions === null ? null : transactionsView(alert.transactions),
    account_data: accountView(alert.account),
    raised_at: new Date(alert.raisedAtMs).toISOString(),
    metadata: { ...alert.metadata },
  };
}

function customerView(customer: AlertCustomer): WireAlert['customer_data'] {
  return {
    customer_id: customer.customerId,
    name: customer.name,
    aliases: [...customer.aliases],
    dob: customer.dateOfBirth,
    addresses: customer.addresses.map(({ postalCode, ...address }) => ({ ...address, postal_code: postalCode })),
    entity_type: customer.entityType,
    nationality: customer.nationality,
    industry: customer.industry,
  };
}

function matchView(match: MatchDetail): WireMatch {
  return {
    source: match.source,
    match_type: match.matchType,
    matched_name: match.matchedName,
    match_score: match.matchScore,
    list_name: match.listName,
    additional_info: {
      list_id: match.listId,
      list_dob: match.listDateOfBirth,
      list_country: match.listCountry,
      program: match.program,
    },
  };
}

function transactionsView(transactions: AlertTransactions): WireAlert['transaction_data'] {
  return {
    rule_id: transactions.ruleId,
    rules_hit: [...transactions.rulesHit],
    window_start: transactions.windowStart,
    window_end: transactions.windowEnd,
    currency: transactions.currency,
    amount_minor: Number(transactions.amountMinor),
    max_amount_minor: Number(transactions.maxAmountMinor),
    in_minor: Number(transactions.inMinor),
    out_minor: Number(transactions.outMinor),
    transaction_count: transactions.transactionCount,
    counterparty_count: transactions.counterpartyCount,
    other_agency_count: transactions.otherAgencyCount,
    transaction_ids: [...transactions.transactionIds],
  };
}

function accountView(account: Alert['account']): WireAlert['account_data'] {
  if (account === null) return null;
  return {
    account_id: account.accountId,
    opened: account.opened,
    kind: account.kind,
    opening_balance_minor: minor(account.openingBalanceMinor),
    declared_monthly_income_minor: minor(account.declaredMonthlyIncomeMinor),
  };
}

/** Amounts of an alert came in as exact JSON numbers, so they go out as such. */
function minor(amount: bigint | null): number | null {
  return amount === null ? null : Number(amount);
}
