import type { Alert } from '../../../proto/domain/alert.ts';
import type { Evidence } from '../../../proto/domain/decision.ts';
import { LIMITS } from '../../../config/settings/limits.ts';

/** Who wrote a text: the alert's source system, an outside source, or another agency. None of them gives orders. */
export type TextSource = 'alert' | 'external' | 'peers';

/** A text that somebody else wrote. Its field is named by us; keys that others chose are part of the text. */
export type ForeignText = { readonly field: string; readonly source: TextSource; readonly text: string };

/**
 * What shows nothing and can hide or reorder text: controls, format characters (zero width, bidirectional, tags),
 * lone surrogates, variation selectors, fillers.
 */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]+/gu;
const BLANKS = /[\p{Z}\p{Cc}]+/gu;

/** A text as a model may read it: NFKC, nothing invisible, blanks collapsed, at most so many characters. */
export function tamed(text: string, maxCharacters: number = LIMITS.adviserTextCharacters): string {
  // Cut first as well: folding may make a text eighteen times as long.
  const folded = text
    .slice(0, 4 * maxCharacters)
    .replace(INVISIBLE, '')
    .normalize('NFKC')
    .replace(INVISIBLE, '');
  return Array.from(folded.replace(BLANKS, ' ').trim()).slice(0, maxCharacters).join('');
}

/**
 * Every free text of an alert and of what came from outside the agency, as it was written. Identifiers of customer,
 * account and transfers are left out: advice does not need them.
 */
export function foreignTexts(alert: Alert, evidence: readonly Evidence[]): readonly ForeignText[] {
  const { account, customer, matches, transactions } = alert;
  const fields: (readonly [field: string, text: string | null | undefined])[] = [
    ['customer.name', customer.name],
    ...customer.aliases.map((alias) => ['customer.alias', alias] as const),
    ...customer.addresses.flatMap(({ street, city, state, country, postalCode }) =>
      [street, city, state, country, postalCode].map((part) => ['customer.address', part] as const),
    ),
    ['customer.nationality', customer.nationality],
    ['customer.industry', customer.industry],
    ...matches.flatMap(({ source, matchType, matchedName, listName, listCountry, program }) =>
      [source, matchType, matchedName, listName, listCountry, program].map((part) => ['match', part] as const),
    ),
    ...alert.screenedLists.map((list) => ['screened_list', list] as const),
    ['jurisdiction', alert.jurisdiction],
    ['risk_appetite', alert.riskAppetite],
    ['rule', transactions?.ruleId],
    ...(transactions?.rulesHit ?? []).map((rule) => ['rule', rule] as const),
    ['account.kind', account?.kind],
    ...leaves(alert.metadata).map((text) => ['metadata', text] as const),
  ];
  return [
    ...fields.flatMap(([field, text]) =>
      text === null || text === undefined || text === '' ? [] : [{ field, source: 'alert' as const, text }],
    ),
    ...evidence.flatMap(({ fromPeers, kind, summary }): readonly ForeignText[] => {
      if (fromPeers) return [{ field: kind, source: 'peers', text: summary }];
      return kind.startsWith('external_') ? [{ field: kind, source: 'external', text: summary }] : [];
    }),
  ];
}

/** Texts of a source system's free fields, each with the key it stood under; numbers and the like are no texts. */
function leaves(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return [key === '' ? value : `${key} = ${value}`];
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, key));
  if (typeof value !== 'object' || value === null) return key === '' ? [] : [key];
  return Object.entries(value).flatMap(([inner, item]) => leaves(item, inner));
}
