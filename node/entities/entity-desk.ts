import { LIMITS } from '../../config/settings/limits.ts';
import type { EntityKey } from '../../proto/domain/ids.ts';
import { canSee, type Viewer } from '../../proto/domain/marking.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { GraphEdge, GraphNode, GraphStore } from '../graph/graph-store.ts';
import { checkOntology } from '../graph/ontology-check.ts';
import { customerKey } from '../records/graph/entity-keys.ts';
import {
  caseElements,
  type ElementContext,
  type EntityIndicator,
  indicatorElements,
  linkEdges,
  placeElements,
} from './case-elements.ts';
import type { Entities, Entity } from './entities.ts';
import type { ElementSet } from './exchange/elements.ts';
import { toFtm } from './exchange/ftm.ts';
import { toStix } from './exchange/stix.ts';
import { type InferredLink, inferLinks } from './links/infer-links.ts';
import { linkModel, propensityModel } from './models/artefacts.ts';
import { type EntityCase, type Propensity, propensityOf } from './propensity/propensity.ts';

export type EntityDeskDeps = {
  readonly agency: string;
  readonly entities: Entities;
  readonly graph: GraphStore;
  /** Brings the graph up to the ledger before it is read. */
  readonly catchUp: () => Promise<void>;
  /** Alerts on a customer, oldest first, as the viewer may see them, with what became of them by the time. */
  readonly casesOf: (customerId: string, asOfMs: number, viewer: Viewer) => Promise<readonly EntityCase[]>;
  readonly ownAccounts: () => Promise<number>;
  /** Opened flags about accounts that the node holds at a time. */
  readonly indicatorsFor: (
    accounts: readonly EntityIndicator['account'][],
    asOfMs: number,
  ) => Promise<readonly EntityIndicator[]>;
  readonly businessTime: Clock;
};

export type LinkedEntity = InferredLink & { readonly customerId: string };
export const EXPORT_FORMATS = ['ftm', 'stix'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Reads entities for callers: whom they have to do with, how risky they are, and all of it as a document. */
export class EntityDesk {
  readonly #deps: EntityDeskDeps;

  constructor(deps: EntityDeskDeps) {
    this.#deps = deps;
  }

  get entities(): Entities {
    return this.#deps.entities;
  }

  /** @throws ENTITY_UNKNOWN */
  async links(
    customerId: string,
    viewer: Viewer,
  ): Promise<{ readonly entity: Entity; readonly links: readonly LinkedEntity[] }> {
    const entity = await this.#deps.entities.show(customerId, viewer);
    await this.#deps.catchUp();
    return { entity, links: await this.#linksOf(entity, viewer) };
  }

  /** @throws ENTITY_UNKNOWN */
  async propensity(customerId: string, viewer: Viewer): Promise<Propensity & { readonly entity: Entity }> {
    const { entity, links } = await this.links(customerId, viewer);
    const asOfMs = this.#deps.businessTime.nowMs();
    const model = propensityModel();
    const cases = await this.#casesOf(entity, viewer);
    const sure = links.filter(({ confidence }) => confidence >= model.link.leastConfidence);
    const linked = await Promise.all(
      sure.map(async ({ confidence, customerId: other, to }) => {
        return { key: to, confidence, cases: await this.#deps.casesOf(other, asOfMs, viewer) };
      }),
    );
    return { entity, ...propensityOf(model, cases, linked, asOfMs) };
  }

  /** All that the viewer may see of an entity and what it touches, as a document. @throws ENTITY_UNKNOWN */
  async export(customerId: string, format: ExportFormat, viewer: Viewer): Promise<unknown> {
    const set = await this.elements(customerId, viewer);
    return format === 'ftm' ? toFtm(set) : toStix(set);
  }

  /** The same as elements of the ontology, checked against it. @throws ENTITY_UNKNOWN */
  async elements(customerId: string, viewer: Viewer): Promise<ElementSet> {
    const { entity, links } = await this.links(customerId, viewer);
    const { agency, businessTime } = this.#deps;
    const asOfMs = businessTime.nowMs();
    const context: ElementContext = { agency, asOfMs, marking: entity.marking };
    const reader = new Surroundings(this.#deps.graph, asOfMs, viewer);
    for (const { customerId: member } of entity.members) {
      const key = customerKey(agency, member);
      const party = await reader.node(key);
      if (party === undefined) continue;
      await reader.around(key);
      reader.add(placeElements(party, context));
      reader.add(caseElements(key, await this.#deps.casesOf(member, asOfMs, viewer), context));
    }
    reader.add(indicatorElements(await this.#deps.indicatorsFor(reader.accounts(), asOfMs), context));
    const first = customerKey(agency, entity.members[0]?.customerId ?? customerId);
    for (const { to } of links) await reader.node(to);
    reader.add({ nodes: [], edges: linkEdges(first, links, context) });
    return reader.result();
  }

  async #linksOf(entity: Entity, viewer: Viewer): Promise<readonly LinkedEntity[]> {
    const { agency, businessTime, graph, ownAccounts } = this.#deps;
    const members = entity.members.map(({ customerId }) => customerKey(agency, customerId));
    const question = { members, asOfMs: businessTime.nowMs() };
    const links = await inferLinks({ graph, model: linkModel(), ownAccounts }, question, viewer);
    return links.map((link) => ({ ...link, customerId: link.to.slice(`customer:${agency}:`.length) }));
  }

  async #casesOf({ members }: Entity, viewer: Viewer): Promise<readonly EntityCase[]> {
    const asOfMs = this.#deps.businessTime.nowMs();
    const all = await Promise.all(members.map(({ customerId }) => this.#deps.casesOf(customerId, asOfMs, viewer)));
    return all.flat();
  }
}

/** Collects elements of the graph that one viewer sees at one time; an edge counts where both of its ends are there. */
class Surroundings {
  readonly #graph: GraphStore;
  readonly #asOfMs: number;
  readonly #viewer: Viewer;
  readonly #nodes = new Map<EntityKey, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();

  constructor(graph: GraphStore, asOfMs: number, viewer: Viewer) {
    this.#graph = graph;
    this.#asOfMs = asOfMs;
    this.#viewer = viewer;
  }

  async node(key: EntityKey): Promise<GraphNode | undefined> {
    const known = this.#nodes.get(key) ?? (await this.#graph.node(key, this.#asOfMs, this.#viewer));
    if (known !== undefined) this.#nodes.set(key, known);
    return known;
  }

  /** A party's identifiers, accounts and merges, and the newest transfers of its accounts. */
  async around(party: EntityKey): Promise<void> {
    const ties = ['owns', 'has_address', 'has_phone', 'has_email', 'has_national_id', 'same_as'] as const;
    const found = await this.#neighbours(party, ties, LIMITS.exportTransfers);
    for (const { edge, other } of found)
      if (edge.kind === 'owns') await this.#neighbours(other, ['transfer'], LIMITS.exportTransfers);
  }

  add({ edges, nodes }: ElementSet): void {
    for (const node of nodes) if (canSee(this.#viewer, node.marking)) this.#nodes.set(node.key, node);
    for (const edge of edges) if (canSee(this.#viewer, edge.marking)) this.#edges.set(edge.edgeId, edge);
  }

  /** Accounts collected so far, here and at other agencies. */
  accounts(): readonly EntityIndicator['account'][] {
    return [...this.#nodes.values()].flatMap(({ kind, properties }) => {
      const { account_id: accountId, agency } = properties;
      return kind === 'account' && accountId !== undefined && agency !== undefined ? [{ agency, accountId }] : [];
    });
  }

  /** @throws GRAPH_ELEMENT where one does not follow the ontology, which is a bug of ours */
  result(): ElementSet {
    const edges = [...this.#edges.values()].filter(({ from, to }) => this.#nodes.has(from) && this.#nodes.has(to));
    const nodes = [...this.#nodes.values()];
    checkOntology(nodes, edges);
    return { nodes, edges };
  }

  async #neighbours(key: EntityKey, kinds: readonly GraphEdge['kind'][], limit: number) {
    const query = { key, kinds, direction: 'both', asOfMs: this.#asOfMs, limit } as const;
    const found = await this.#graph.neighbours(query, this.#viewer);
    for (const { edge, other } of found) {
      await this.node(other);
      this.#edges.set(edge.edgeId, edge);
    }
    return found;
  }
}
