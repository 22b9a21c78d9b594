import type { Disposition } from '../../../proto/domain/decision.ts';

/** Who takes over when the pipeline itself fails. Source: reference guide's emergency path. */
export const EMERGENCY_REVIEWER = 'Senior Compliance Officer';

/** Role that a disposition goes to; `none` when nobody needs to look. */
export function reviewerFor(disposition: Disposition, humanReview: boolean): string {
  switch (disposition) {
    case 'BLOCK_TRANSACTION':
      return EMERGENCY_REVIEWER;
    case 'ESCALATE_SAR':
      return 'Money Laundering Reporting Officer';
    case 'ESCALATE_L3':
      return 'Senior Compliance Analyst';
    case 'ESCALATE_L2':
      return 'Compliance Analyst';
    case 'AUTO_CLEAR':
      return humanReview ? 'Compliance Analyst' : 'none';
  }
}
