import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { Federation } from '../federation/federation.ts';
import { LearningDesk, type LearningDeskDeps } from '../triage/learning/learning-desk.ts';
import { triageViewer } from '../triage/markings.ts';
import { NOBODY_GAVE } from './triage.ts';

/** Jobs over stored alerts, which read what triage reads and change nothing that it decided. */
export function composeLearning(
  settings: NodeSettings,
  deps: Omit<LearningDeskDeps, 'agency' | 'peers' | 'settings' | 'sleep' | 'viewer'> & {
    readonly federation: Federation | undefined;
  },
): LearningDesk {
  const { federation, ...rest } = deps;
  const { agency } = settings.node;
  return new LearningDesk({
    ...rest,
    agency,
    viewer: triageViewer(agency),
    peers: federation?.peerKnowledge ?? NOBODY_GAVE,
    settings: settings.triage,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
}
