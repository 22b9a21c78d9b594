import { LIMITS } from '../../../config/settings/limits.ts';
import type { StackParameters } from '../../../config/typologies/typology.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { DAY_MS } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';
import { type Step, type Steps, stepsOf } from './steps.ts';

/** The transfers by which an account of the second layer was paid, by payer, and the one by which it paid on. */
type Passage = { readonly onward: Step; readonly payers: ReadonlyMap<EntityKey, Step> };

/** Two layers with an end in common, the account being in one of the layers, or the end. */
export function findStack(neighbourhood: Neighbourhood, parameters: StackParameters): Finding | undefined {
  const home = neighbourhood.subject.key;
  const steps = stepsOf(neighbourhood);
  const nearest = receiversOf(steps, home);
  const ends = new Set([home, ...nearest, ...nearest.flatMap((key) => receiversOf(steps, key))]);
  return strongest([...ends].map((end) => toFinding(end, stackBefore(end, home, steps, parameters), parameters)));
}

function receiversOf({ leaving }: Steps, key: EntityKey): readonly EntityKey[] {
  const found = leaving.get(key) ?? [];
  return found.length > LIMITS.detectionHubFlows ? [] : found.map(({ to }) => to);
}

/** The transfers of the largest stack that ends with an account and touches another: the passages with payers in common. */
function stackBefore(
  end: EntityKey,
  touched: EntityKey,
  steps: Steps,
  { minimumEachLayer, spanDays }: StackParameters,
): readonly Step[] {
  const passages = passagesTo(end, steps, spanDays * DAY_MS).filter(({ payers }) => payers.size >= minimumEachLayer);
  let largest: readonly Step[] = [];
  for (const { onward, payers } of passages) {
    const stack = new Set([onward]);
    for (const other of passages) {
      const common = [...other.payers].filter(([payer]) => payers.has(payer));
      if (other.onward === onward || common.length < minimumEachLayer) continue;
      stack.add(other.onward);
      for (const [payer, into] of common) stack.add(into).add(payers.get(payer) ?? into);
    }
    const isLarger = stack.size > Math.max(1, largest.length);
    if (isLarger && [...stack].some(({ from, to }) => from === touched || to === touched)) largest = [...stack];
  }
  return largest;
}

function passagesTo(end: EntityKey, { arriving }: Steps, spanMs: number): readonly Passage[] {
  const onwards = new Map((arriving.get(end) ?? []).map((step) => [step.from, step]));
  if (onwards.size < 2 || onwards.size > LIMITS.detectionHubFlows) return [];
  return [...onwards.values()].map((onward) => {
    const into = (arriving.get(onward.from) ?? []).filter(
      ({ atMs, from }) => from !== end && atMs <= onward.atMs && atMs > onward.atMs - spanMs,
    );
    const payers = into.length > LIMITS.detectionHubFlows ? [] : into;
    return { onward, payers: new Map(payers.map((step) => [step.from, step])) };
  });
}

function toFinding(end: EntityKey, stack: readonly Step[], parameters: StackParameters): Finding {
  const second = new Set(stack.filter(({ to }) => to === end).map(({ from }) => from));
  const first = new Set(stack.filter(({ to }) => second.has(to)).map(({ from }) => from));
  const layer = Math.min(first.size, second.size);
  const ordered = stack.toSorted((one, other) => one.atMs - other.atMs || (one.edgeId < other.edgeId ? -1 : 1));
  return {
    strength: ramp(layer, parameters.minimumEachLayer, parameters.fullEachLayer),
    edgeIds: ordered.map(({ edgeId }) => edgeId),
  };
}
