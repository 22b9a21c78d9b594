import { setTimeout as sleep } from 'node:timers/promises';
import { SWEEP_TYPOLOGIES } from '../../config/typologies/sweep.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { DetectionDesk, type DetectionDeskDeps } from '../triage/detectors/detection-desk.ts';
import { ledgerTransfers } from './transfer-source.ts';

/** Detectors over the records of the ledger; they read, and write nothing. */
export function composeDetections(
  deps: Pick<DetectionDeskDeps, 'businessTime' | 'log' | 'random'> & { readonly ledger: Ledger },
): DetectionDesk {
  return new DetectionDesk({
    ...deps,
    source: ledgerTransfers(deps.ledger),
    typologies: SWEEP_TYPOLOGIES,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
}
