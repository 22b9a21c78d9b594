import { JURISDICTION_POINTS, JURISDICTION_VERSION } from '../../config/lists/jurisdictions.ts';
import type { EdgeKind, NodeKind } from '../../config/ontology/kinds.ts';
import { TYPOLOGIES, TYPOLOGY_VERSION } from '../../config/typologies/reference.ts';
import { asId, type EntityKey } from '../../proto/domain/ids.ts';
import type { Marking } from '../../proto/domain/marking.ts';
import type { GraphEdge, GraphNode } from '../graph/graph-store.ts';
import { accountKey } from '../records/graph/entity-keys.ts';
import { LIST_MARKING } from '../records/marking.ts';
import type { ElementSet } from './exchange/elements.ts';
import type { InferredLink } from './links/infer-links.ts';
import type { EntityCase } from './propensity/propensity.ts';

/** Where and for whom elements are made. */
export type ElementContext = { readonly agency: string; readonly asOfMs: number; readonly marking: Marking };

type Facts = {
  readonly confidence?: number;
  readonly source: string;
  readonly sourceId: string;
  readonly knownAtMs?: number;
  readonly marking?: Marking;
};

/** What triage knows of a party, as elements of the ontology: alerts, what they are about and show, and who may be listed. */
export function caseElements(party: EntityKey, cases: readonly EntityCase[], context: ElementContext): ElementSet {
  const sets = cases.map((one): ElementSet => {
    const { accountId, alertId, matches, raisedAtMs, typologies } = one;
    const key = keyOf('alert', context.agency, alertId);
    const facts = { source: 'triage', sourceId: alertId, knownAtMs: raisedAtMs };
    const properties = {
      alert_id: alertId,
      alert_type: one.alertType,
      priority: one.priority,
      raised_at: new Date(raisedAtMs).toISOString(),
      ...(one.disposition === null ? {} : { disposition: one.disposition }),
      ...(one.riskScore === null ? {} : { risk_score: one.riskScore.toFixed(4) }),
      ...(one.outcome === null ? {} : { outcome: one.outcome }),
    };
    const listed = matches.map((match): ElementSet => {
      const { entryId, listName, name, program, score } = match;
      const to = keyOf('list_entry', listName, entryId);
      const of = { list_name: listName, entry_id: entryId, name, list_kind: one.alertType };
      const entry = { source: listName, sourceId: entryId, marking: LIST_MARKING };
      const isListed = { ...facts, confidence: Math.min(1, Math.max(0, score)) };
      return {
        nodes: [node(context, to, 'list_entry', program === null ? of : { ...of, programs: program }, entry)],
        edges: [edge(context, 'listed_as', party, to, {}, isListed)],
      };
    });
    const shown = typologies.flatMap((typology) => TYPOLOGIES.find(({ id }) => id === typology) ?? []);
    return joined([
      {
        nodes: [node(context, key, 'alert', properties, facts)],
        edges: [
          edge(context, 'alerted', party, key, {}, facts),
          ...(accountId === null
            ? []
            : [edge(context, 'concerns', key, accountKey(context.agency, accountId), {}, facts)]),
        ],
      },
      ...listed,
      ...shown.map(({ description, id }): ElementSet => {
        const to = keyOf('typology', TYPOLOGY_VERSION, id);
        const about = { source: 'typologies', sourceId: TYPOLOGY_VERSION, marking: LIST_MARKING };
        return {
          nodes: [node(context, to, 'typology', { typology_id: id, description }, about)],
          edges: [edge(context, 'shows', key, to, {}, facts)],
        };
      }),
    ]);
  });
  return joined(sets);
}

/** Where a party lives and what it is a national of, as places with their points. */
export function placeElements(party: GraphNode, context: ElementContext): ElementSet {
  const bases = [
    ['residence', party.properties['country']],
    ['nationality', party.properties['nationality']],
  ] as const;
  const sets = bases.flatMap(([basis, country]): ElementSet[] => {
    if (country === undefined || !/^[A-Z]{2}$/.test(country)) return [];
    const to = keyOf('jurisdiction', 'iso', country);
    const points = String(JURISDICTION_POINTS.get(country) ?? 0);
    const about = { source: 'jurisdictions', sourceId: JURISDICTION_VERSION, marking: LIST_MARKING };
    const located = edge(context, 'located_in', party.key, to, { basis }, { source: 'customers', sourceId: basis });
    return [
      {
        nodes: [node(context, to, 'jurisdiction', { code: country, points }, about)],
        edges: [{ ...located, edgeId: `${located.edgeId}|${basis}` }],
      },
    ];
  });
  return joined(sets);
}

/** An opened flag about an account, as the node holds it. */
export type EntityIndicator = {
  readonly indicatorId: string;
  readonly account: { readonly agency: string; readonly accountId: string };
  readonly groupCount: number;
  readonly typologies: readonly string[];
  readonly knownAtMs: number;
};

/** What the federation published about accounts. */
export function indicatorElements(indicators: readonly EntityIndicator[], context: ElementContext): ElementSet {
  const sets = indicators.map(({ account, groupCount, indicatorId, knownAtMs, typologies }): ElementSet => {
    const key = keyOf('indicator', 'federation', indicatorId);
    const facts = { source: 'federation', sourceId: indicatorId, knownAtMs };
    const properties = {
      indicator_id: indicatorId,
      groups: String(groupCount),
      ...(typologies.length === 0 ? {} : { typologies: typologies.join(';') }),
    };
    return {
      nodes: [node(context, key, 'indicator', properties, facts)],
      edges: [edge(context, 'indicated_by', accountKey(account.agency, account.accountId), key, {}, facts)],
    };
  });
  return joined(sets);
}

/** Links as edges: inferred for this reading, never kept. */
export function linkEdges(
  party: EntityKey,
  links: readonly InferredLink[],
  context: ElementContext,
): readonly GraphEdge[] {
  return links.map(({ confidence, model, reasons, to }) => {
    const properties = { reasons: reasons.map(({ count, kind }) => `${kind} ${count}`).join('; '), model };
    return edge(context, 'linked_to', party, to, properties, { confidence, source: model, sourceId: '' });
  });
}

function node(
  context: ElementContext,
  key: EntityKey,
  kind: NodeKind,
  properties: Readonly<Record<string, string>>,
  facts: Facts,
): GraphNode {
  return { key, kind, properties, ...origin(context, facts) };
}

function edge(
  context: ElementContext,
  kind: EdgeKind,
  from: EntityKey,
  to: EntityKey,
  properties: Readonly<Record<string, string>>,
  facts: Facts,
): GraphEdge {
  const rest = origin(context, facts);
  const money = { amountMinor: null, currency: null };
  return {
    edgeId: `${kind}|${from}|${to}`,
    kind,
    from,
    to,
    occurredAtMs: rest.knownAtMs,
    ...money,
    properties,
    ...rest,
  };
}

function origin(
  { asOfMs, marking }: ElementContext,
  facts: Facts,
): Pick<GraphNode, 'knownAtMs' | 'provenance' | 'marking'> {
  const { confidence = 1, knownAtMs = 0, source, sourceId } = facts;
  return {
    knownAtMs,
    provenance: { source, sourceId, ingestedAtMs: knownAtMs === 0 ? asOfMs : knownAtMs, confidence, version: 0 },
    marking: facts.marking ?? marking,
  };
}

function keyOf(kind: NodeKind, space: string, id: string): EntityKey {
  return asId(`${kind}:${space}:${id}`);
}

function joined(sets: readonly ElementSet[]): ElementSet {
  return { nodes: sets.flatMap(({ nodes }) => nodes), edges: sets.flatMap(({ edges }) => edges) };
}
