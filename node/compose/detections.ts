import { setTimeout as sleep } from 'node:timers/promises';
import { SWEEP_TYPOLOGIES } from '../../config/typologies/sweep.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { BusinessTime } from '../triage/ports.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { RECORD_MARKING } from '../records/marking.ts';
import { DetectionDesk, type DetectionDeskDeps } from '../triage/detectors/detection-desk.ts';
import { DetectionWatch } from '../triage/detectors/detection-watch.ts';
import { systemViewer } from './system-viewer.ts';
import { ledgerTransfers, newTransfers } from './transfer-source.ts';

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

/** The watch over new transfers; undefined where the settings want none. */
export function composeDetectionWatch(
  settings: NodeSettings,
  { businessTime, ledger }: { readonly businessTime: BusinessTime; readonly ledger: Ledger },
): DetectionWatch | undefined {
  if (!settings.triage.watchTransfers) return undefined;
  const source = newTransfers(ledger, systemViewer(settings.node.agency));
  return new DetectionWatch({ source, typologies: SWEEP_TYPOLOGIES, marking: RECORD_MARKING, businessTime });
}
