import { LIMITS } from '../../../config/settings/limits.ts';
import type { EdgeKind } from '../../../config/ontology/kinds.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphStore, Neighbour } from '../../graph/graph-store.ts';
import { entityModelId, type LinkModel } from '../models/artefacts.ts';
import { type LinkReason, type Shared, SHARED_KINDS, type SharedKind, weighLink } from './weigh-link.ts';

/** That two customers have to do with each other, as far as what they share tells. */
export type InferredLink = {
  readonly to: EntityKey;
  /** 0 to 1. */
  readonly confidence: number;
  /** Strongest first; never empty. */
  readonly reasons: readonly LinkReason[];
  readonly model: string;
};

export type LinkDeps = {
  readonly graph: Pick<GraphStore, 'neighbours'>;
  readonly model: LinkModel;
  /** Accounts that the agency itself keeps, to know what chance would give. */
  readonly ownAccounts: () => Promise<number>;
};

export type LinkQuestion = {
  /** Customers that are one entity; links among them are none. */
  readonly members: readonly EntityKey[];
  readonly asOfMs: number;
};

const EDGE_OF: Readonly<Record<SharedKind, EdgeKind>> = {
  national_id: 'has_national_id',
  email: 'has_email',
  phone: 'has_phone',
  address: 'has_address',
};
/** As far back as triage looks. */
const WINDOW_MS = 84 * 86_400_000;

/**
 * Finds whom an entity has to do with, surest first. Sees what the viewer sees, as known at the time. Deterministic.
 * Hubs are damped on both sides: identifiers by their holders, counterparties by how many accounts deal with them.
 */
export async function inferLinks(
  deps: LinkDeps,
  { asOfMs, members }: LinkQuestion,
  viewer: Viewer,
): Promise<readonly InferredLink[]> {
  const reader = new Reader(deps, asOfMs, viewer);
  const own = new Set(members);
  const found = new Map<EntityKey, Gathered>();
  const at = (key: EntityKey): Gathered => {
    const known = found.get(key) ?? { identifiers: [], counterparties: new Map<EntityKey, number>(), transferIds: [] };
    found.set(key, known);
    return known;
  };
  await gatherIdentifiers(deps.model, reader, own, at);
  await gatherDealings(reader, members, at);
  const ownAccounts = await deps.ownAccounts();
  const compared = [...found.values()].filter(({ counterparties }) => counterparties.size > 0).length;
  const links = [...found]
    .filter(([to]) => !own.has(to))
    .map(([to, { counterparties, identifiers, transferIds }]): InferredLink => {
      const expected = [...counterparties.values()].reduce((sum, degree) => sum + degree, 0) / Math.max(1, ownAccounts);
      const shared: Shared = {
        identifiers: identifiers.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
        counterparties: { keys: [...counterparties.keys()].sort(), expected, compared },
        transferIds: transferIds.toSorted(),
      };
      return { to, ...weighLink(deps.model, shared), model: entityModelId(deps.model) };
    });
  return links
    .filter(({ reasons }) => reasons.length > 0)
    .sort((one, other) => other.confidence - one.confidence || (one.to < other.to ? -1 : 1))
    .slice(0, LIMITS.linksPerEntity);
}

/** What was found of one other customer; of each shared counterparty, how many accounts here deal with it. */
type Gathered = {
  readonly identifiers: Shared['identifiers'][number][];
  readonly counterparties: Map<EntityKey, number>;
  readonly transferIds: string[];
};

/** The members are one holder, however many records they are. */
async function gatherIdentifiers(
  { hubHolders }: LinkModel,
  reader: Reader,
  members: ReadonlySet<EntityKey>,
  at: (key: EntityKey) => Gathered,
): Promise<void> {
  for (const kind of SHARED_KINDS) {
    const reads = [...members].map((member) => reader.ties(member, EDGE_OF[kind], 'out', LIMITS.graphNeighbours));
    const keys = new Set((await Promise.all(reads)).flat().map(({ other }) => other));
    for (const key of keys) {
      const holders = await reader.ties(key, EDGE_OF[kind], 'in', hubHolders + members.size);
      const others = new Set(holders.map(({ other }) => other).filter((holder) => !members.has(holder)));
      for (const other of others) at(other).identifiers.push({ kind, key, holders: others.size + 1 });
    }
  }
}

/** Whom the members' accounts dealt with, and who else of the agency's customers did. */
async function gatherDealings(
  reader: Reader,
  members: readonly EntityKey[],
  at: (key: EntityKey) => Gathered,
): Promise<void> {
  const accounts = (
    await Promise.all(members.map((member) => reader.ties(member, 'owns', 'out', OWN_ACCOUNTS)))
  ).flat();
  const own = new Set(accounts.map(({ other }) => other));
  const counterparties = new Set<EntityKey>();
  for (const account of own) {
    for (const { edge, other } of await reader.transfers(account, LIMITS.graphNeighbours)) {
      if (own.has(other)) continue;
      counterparties.add(other);
      for (const { other: owner } of await reader.ties(other, 'owns', 'in', OWN_ACCOUNTS))
        at(owner).transferIds.push(edge.edgeId);
    }
  }
  for (const counterparty of [...counterparties].sort().slice(0, LIMITS.linkCounterparties)) {
    const dealers = new Set((await reader.transfers(counterparty, HUB_TRANSFERS)).map(({ other }) => other));
    const isHub = dealers.size > HUB_DEALERS;
    for (const dealer of isHub ? [] : dealers) {
      if (own.has(dealer)) continue;
      for (const { other: owner } of await reader.ties(dealer, 'owns', 'in', OWN_ACCOUNTS))
        at(owner).counterparties.set(counterparty, dealers.size);
    }
  }
}

/** Accounts of a customer that are looked at. */
const OWN_ACCOUNTS = 50;
/** With more than so many accounts deals a shop, an employer or an office; to share it tells nothing. */
const HUB_DEALERS = 30;
const HUB_TRANSFERS = 500;

/** Reads the graph at one time for one viewer, each thing once. */
class Reader {
  readonly #deps: LinkDeps;
  readonly #asOfMs: number;
  readonly #viewer: Viewer;
  readonly #known = new Map<string, Promise<readonly Neighbour[]>>();

  constructor(deps: LinkDeps, asOfMs: number, viewer: Viewer) {
    this.#deps = deps;
    this.#asOfMs = asOfMs;
    this.#viewer = viewer;
  }

  ties(key: EntityKey, kind: EdgeKind, direction: 'in' | 'out', limit: number): Promise<readonly Neighbour[]> {
    return this.#once(`${kind} ${direction} ${key}`, () =>
      this.#deps.graph.neighbours({ key, kinds: [kind], direction, asOfMs: this.#asOfMs, limit }, this.#viewer),
    );
  }

  transfers(key: EntityKey, limit: number): Promise<readonly Neighbour[]> {
    const asOfMs = this.#asOfMs;
    const query = { key, kinds: ['transfer'], direction: 'both', fromMs: asOfMs - WINDOW_MS, asOfMs, limit } as const;
    return this.#once(`transfer ${limit} ${key}`, () => this.#deps.graph.neighbours(query, this.#viewer));
  }

  #once(name: string, read: () => Promise<readonly Neighbour[]>): Promise<readonly Neighbour[]> {
    const known = this.#known.get(name) ?? read();
    this.#known.set(name, known);
    return known;
  }
}
