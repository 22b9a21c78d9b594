import { z } from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { ALERT_PRIORITIES, ALERT_TYPES, ENTITY_TYPES } from '../../../proto/domain/alert.ts';
import { parseDay, parseInstant } from '../dates.ts';
import type { FaultCode } from '../faults.ts';
import { isIdentifier } from '../ids.ts';
import { cleanText } from '../text.ts';
import { isWithinLimits } from './metadata.ts';

const identifier = z
  .string()
  .refine(isIdentifier, fault('format'))
  .meta({ minLength: 1, maxLength: 128, description: 'visible characters without slash, 128 bytes at most' });
const name = z.string().max(LIMITS.alertNameCharacters);
const filledName = name.refine((text) => cleanText(text) !== '', fault('missing'));
const names = z.array(name).max(LIMITS.alertListItems);
const day = z
  .string()
  .refine((text) => parseDay(text) !== undefined, fault('date'))
  .meta({ format: 'date' });
const instant = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, fault('date'))
  .meta({ format: 'date-time' });
/** JSON numbers are exact only up to 2^53 - 1; larger amounts are refused, never rounded. */
const minor = z.int().describe('minor units of the currency');
const positiveMinor = minor.min(0);
const count = z.int().min(0);

/** What the parser reports when a check of ours fails. */
function fault(code: FaultCode): { readonly params: { readonly fault: FaultCode } } {
  return { params: { fault: code } };
}

/** Alert of the reference guide with raised_at; what is not required may be null or absent. */
function alertShape(object: typeof z.object) {
  const address = object({
    street: name.nullish(),
    city: name.nullish(),
    state: name.nullish(),
    country: name.nullish(),
    postal_code: name.nullish(),
  });
  const customer = object({
    customer_id: identifier,
    name: filledName,
    aliases: names.nullish(),
    dob: day.nullish().describe('of birth or of incorporation'),
    addresses: z.array(address).max(LIMITS.alertListItems).nullish(),
    entity_type: z.enum(ENTITY_TYPES),
    nationality: name.nullish(),
    industry: name.nullish(),
  });
  const match = object({
    source: name,
    match_type: name,
    matched_name: name,
    match_score: z.number().min(0).max(1),
    list_name: name,
    additional_info: z
      .looseObject({
        list_id: name.nullish(),
        list_dob: name.nullish(),
        list_country: name.nullish(),
        program: name.nullish(),
      })
      .nullish(),
  });
  const screening = object({
    match_details: z.array(match).max(LIMITS.alertListItems).nullish(),
    data_sources: names.nullish(),
    screening_timestamp: instant.nullish(),
  });
  const regulation = object({
    jurisdiction: name.nullish(),
    applicable_regulations: names.nullish(),
    institution_type: name.nullish(),
    risk_appetite: name.nullish(),
  });
  const transactions = object({
    rule_id: name,
    rules_hit: names.nullish(),
    window_start: day,
    window_end: day,
    currency: z.string().regex(/^[A-Z]{3}$/),
    amount_minor: positiveMinor,
    max_amount_minor: positiveMinor.nullish(),
    in_minor: positiveMinor.nullish(),
    out_minor: positiveMinor.nullish(),
    transaction_count: count.nullish(),
    counterparty_count: count.nullish(),
    other_agency_count: count.nullish(),
    transaction_ids: z.array(identifier).max(LIMITS.alertListItems).nullish(),
  });
  const account = object({
    account_id: identifier,
    opened: day.nullish(),
    kind: name.nullish(),
    opening_balance_minor: minor.nullish(),
    declared_monthly_income_minor: positiveMinor.nullish(),
  });
  return object({
    alert_id: identifier,
    alert_type: z.enum(ALERT_TYPES),
    priority: z.enum(ALERT_PRIORITIES),
    customer_data: customer,
    screening_results: screening.nullish(),
    regulatory_context: regulation.nullish(),
    transaction_data: transactions.nullish(),
    account_data: account.nullish(),
    raised_at: instant,
    metadata: z
      .record(z.string(), z.unknown())
      .refine((fields) => isWithinLimits(fields), fault('too_long'))
      .nullish(),
  });
}

/** The schema of an alert as it is posted: unknown fields are refused. The OpenAPI document is derived from it. */
export const alertSchema = alertShape(z.strictObject as typeof z.object);

/** The same without unknown fields, for imports, which drop them. */
export const looseAlertSchema = alertShape(z.object);

/** An alert that has passed the schema, in the names of the reference guide. */
export type WireAlert = z.infer<typeof alertSchema>;

/** JSON Schema (2020-12) of an alert as it is posted. */
export function alertJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(alertSchema, { io: 'input' });
}
