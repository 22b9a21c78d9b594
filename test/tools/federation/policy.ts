/** What the tests' federations vary of a policy; the rest is the product's defaults. */
export type PolicyTerms = {
  readonly keyHolder: string;
  /** k: distinct corporate groups that open a flag. */
  readonly threshold: number;
  readonly matchElementsPerDay?: number;
  readonly matchElementsPerKey?: number;
  readonly matchElementsByRulePerDay?: number;
  readonly hintBudgetPerAccount?: number;
  readonly hintRounds?: 1 | 2;
  readonly flagQuotaPerEpoch?: number;
};

/** Windows of a replay are closed by whoever feeds it, so that the nominal length never ends one. */
const EPOCH_SECONDS = 86_400;

/** Policy as its authors write it: everything that this version exchanges, under gateway `synthetic`. */
export function policyText(terms: PolicyTerms): string {
  return [
    `key_holder_agency: ${terms.keyHolder}`,
    `epoch_length_seconds: ${EPOCH_SECONDS}`,
    'gateways:',
    '  - gateway: synthetic',
    '    kinds: [summary, flag, hint, match, withdrawal, indicator]',
    '    release_by_rule: true',
    'flags:',
    `  threshold: ${terms.threshold}`,
    ...line('  quota_per_epoch', terms.flagQuotaPerEpoch),
    'hints:',
    '  buckets: 2',
    ...line('  rounds', terms.hintRounds),
    ...line('  budget_per_account', terms.hintBudgetPerAccount),
    'match:',
    '  label_level: 1',
    ...line('  elements_per_day', terms.matchElementsPerDay),
    ...line('  elements_per_key', terms.matchElementsPerKey),
    ...line('  elements_by_rule_per_day', terms.matchElementsByRulePerDay),
    '',
  ].join('\n');
}

function line(name: string, value: number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}: ${value}`];
}
