import type { NodeSettings } from '../../../../config/settings/node-table.ts';
import { settingRows } from '../../../../config/settings/setting.ts';
import { NODE_TABLE } from '../../../../config/settings/node-table.ts';
import { composeAdviser, type ComposedAdviser } from '../../../../node/compose/adviser.ts';
import type { Adviser } from '../../../../node/triage/advice/adviser.ts';
import { localStages } from '../../../../node/triage/stages/local-stages.ts';
import { supervise, type Supervised, type SupervisorDeps } from '../../../../node/triage/supervisor.ts';
import type { Alert } from '../../../../proto/domain/alert.ts';
import type { Clock, LogFacts } from '../../../../proto/domain/runtime.ts';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { FakeSleep } from '../fake-sleep.ts';
import { alertOf, enrichDeps, openWorld, RAISED_MS, VIEWER } from '../world.ts';

const DECIDING = { riskHigh: 70, riskSevere: 85, autoClearConfidence: 0.85, escalateL2Confidence: 0.7 };
/** After the last release of any model in the table, before the end of one. */
export const NOW_MS = Date.parse('2026-11-23T00:00:00Z');

/** Settings of a node as they are where nothing is set, but for these. */
export function settingsWith(change: {
  readonly adviser?: Partial<NodeSettings['adviser']>;
  readonly externalData?: Partial<NodeSettings['externalData']>;
}): NodeSettings {
  const defaults: Record<string, Record<string, unknown>> = {};
  for (const { group, key, setting } of settingRows(NODE_TABLE)) (defaults[group] ??= {})[key] = setting.default;
  return {
    ...(defaults as NodeSettings),
    adviser: { ...(defaults['adviser'] as NodeSettings['adviser']), ...change.adviser },
    externalData: { ...(defaults['externalData'] as NodeSettings['externalData']), ...change.externalData },
  };
}

export type Told = { readonly level: string; readonly facts: LogFacts; readonly message: string };

/** Composes the adviser of a node with these settings. */
export function adviserWith(
  adviser: Partial<NodeSettings['adviser']>,
  given: { readonly clock?: Clock; readonly ledger?: Ledger; readonly told?: Told[]; readonly seed?: string } = {},
): ComposedAdviser {
  const tell =
    (level: string) =>
    (facts: LogFacts, message: string): void =>
      void given.told?.push({ level, facts, message });
  return composeAdviser(settingsWith({ adviser }), {
    ledger: given.ledger ?? openMemoryLedger(),
    system: VIEWER,
    clock: given.clock ?? { nowMs: () => NOW_MS },
    random: seededRandom(given.seed ?? 'adviser'),
    log: { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') },
  });
}

/** What supervision needs over a small world, with an adviser. */
export async function supervising(adviser: Adviser): Promise<SupervisorDeps> {
  const world = await openWorld(
    ['beta/b1', 'beta/b2'].map((from, place) => ({ from, to: 'a1', daysBefore: 2 + place })),
  );
  return {
    adviser,
    stages: localStages(DECIDING, enrichDeps(world)),
    clock: { nowMs: () => 1_000 },
    businessTime: { nowMs: () => RAISED_MS },
    sleep: new FakeSleep(30_000).sleep,
    onStage: () => undefined,
  };
}

/** Decides one alert with an adviser. */
export async function decidedWith(adviser: Adviser, alert: Alert = alertOf()): Promise<Supervised> {
  return decideIn(await supervising(adviser), alert);
}

export function decideIn(deps: SupervisorDeps, alert: Alert): Promise<Supervised> {
  const stored = { alert, contentHash: 'c0ffee', receivedAtMs: RAISED_MS };
  const job = { alertId: alert.alertId, ordinal: 1, asOfMs: RAISED_MS, reopenedBy: null };
  return supervise({ timeoutMs: 30_000, maxRetries: 3 }, deps, stored, job);
}
