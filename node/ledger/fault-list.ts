import { LIMITS } from '../../config/settings/limits.ts';
import type { LedgerFault, LedgerSpace } from './ledger.ts';

/** Collects what a check finds, up to a bound: a disk that is gone would otherwise fill the memory with its faults. */
export class FaultList {
  readonly #faults: LedgerFault[] = [];

  add(problem: string, sequence: number | null = null, space: LedgerSpace | null = null): void {
    if (this.#faults.length < LIMITS.ledgerReportedFaults) this.#faults.push({ sequence, space, problem });
  }

  all(): readonly LedgerFault[] {
    return this.#faults;
  }
}
