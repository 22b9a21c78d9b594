import type { ScatterGatherParameters } from '../../../config/typologies/typology.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { type AccountView, DAY_MS, type Movement } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';

/** The transfers of one way from source to sink: into the account between and out of it. */
type Way = { readonly into: Movement; readonly out: Movement };

/** One source and one sink with several accounts between them, the account being the source, the sink or in between. */
export function findScatterGather(
  neighbourhood: Neighbourhood,
  parameters: ScatterGatherParameters,
): Finding | undefined {
  const findings: Finding[] = [];
  for (const ways of [...waysFromEnds(neighbourhood, parameters), ...waysAround(neighbourhood, parameters)]) {
    const strength = ramp(ways.size, parameters.minimumBetween, parameters.fullBetween);
    if (strength > 0) findings.push({ strength, edgeIds: edgesOf(ways) });
  }
  return strongest(findings);
}

/** For each other end: the ways between the account and it, by the account between. */
function* waysFromEnds(
  { subject, counterparties }: Neighbourhood,
  parameters: ScatterGatherParameters,
): Generator<ReadonlyMap<EntityKey, Way>> {
  for (const subjectIsSource of [true, false]) {
    const byEnd = new Map<EntityKey, Map<EntityKey, Way>>();
    for (const near of subject.recent) {
      if (near.incoming === subjectIsSource) continue;
      for (const far of counterparties.get(near.other)?.recent ?? []) {
        if (far.incoming === subjectIsSource || far.other === subject.key) continue;
        const way = subjectIsSource ? { into: near, out: far } : { into: far, out: near };
        if (!isInTime(way, parameters)) continue;
        const ways = byEnd.get(far.other) ?? new Map<EntityKey, Way>();
        byEnd.set(far.other, ways.set(near.other, way));
      }
    }
    yield* byEnd.values();
  }
}

/** For each pair of sender and receiver of the account: all accounts between them that both ends show. */
function* waysAround(
  { subject, counterparties }: Neighbourhood,
  parameters: ScatterGatherParameters,
): Generator<ReadonlyMap<EntityKey, Way>> {
  const seen = new Set<string>();
  for (const into of subject.recent) {
    const source = into.incoming ? counterparties.get(into.other) : undefined;
    if (source === undefined) continue;
    for (const out of subject.recent) {
      const sink = out.incoming || out.other === into.other ? undefined : counterparties.get(out.other);
      const pair = `${into.other} ${out.other}`;
      if (sink === undefined || seen.has(pair) || !isInTime({ into, out }, parameters)) continue;
      seen.add(pair);
      yield waysBetween(source, sink, parameters);
    }
  }
}

function waysBetween(
  source: AccountView,
  sink: AccountView,
  parameters: ScatterGatherParameters,
): ReadonlyMap<EntityKey, Way> {
  const sent = new Map<EntityKey, Movement>();
  for (const movement of source.recent) {
    if (!movement.incoming && !sent.has(movement.other)) sent.set(movement.other, movement);
  }
  const ways = new Map<EntityKey, Way>();
  for (const out of sink.recent) {
    const into = out.incoming ? sent.get(out.other) : undefined;
    if (into !== undefined && isInTime({ into, out }, parameters)) ways.set(out.other, { into, out });
  }
  return ways;
}

function isInTime({ into, out }: Way, { spanDays }: ScatterGatherParameters): boolean {
  return out.atMs >= into.atMs && out.atMs < into.atMs + spanDays * DAY_MS;
}

function edgesOf(ways: ReadonlyMap<EntityKey, Way>): readonly string[] {
  return [...ways.values()].flatMap(({ into, out }) => [into.edgeId, out.edgeId]);
}
