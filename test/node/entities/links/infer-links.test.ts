import { join } from 'node:path';
import test from 'ava';
import { inferLinks } from '../../../../node/entities/links/infer-links.ts';
import { linkModel } from '../../../../node/entities/models/artefacts.ts';
import type { GraphEdge, GraphStore, Neighbour, NeighbourQuery } from '../../../../node/graph/graph-store.ts';
import { accountElements, customerElements, transferEdge } from '../../../../node/records/graph/elements.ts';
import { customerKey } from '../../../../node/records/graph/entity-keys.ts';
import { RECORD_MARKING } from '../../../../node/records/marking.ts';
import { asId, type EntityKey } from '../../../../proto/domain/ids.ts';
import type { Customer } from '../../../../proto/domain/records.ts';
import { ANALYST } from '../../../conformance/ledger-fixtures.ts';
import { sharedPath } from '../../../tools/shared.ts';
import { person } from '../people.ts';
import { pooledCustomers, rowsOf } from '../resolution/sets.ts';

const TAKEN = { ingestedAtMs: 0, version: 1, marking: RECORD_MARKING };
const NOW = Date.UTC(2030, 0, 1);

/** Neighbours out of edges in memory; markings and times are the engines' to heed. */
function graphOf(edges: readonly GraphEdge[]): Pick<GraphStore, 'neighbours'> {
  const byEnd = new Map<EntityKey, Neighbour[]>();
  const add = (end: EntityKey, neighbour: Neighbour): void => {
    byEnd.set(end, [...(byEnd.get(end) ?? []), neighbour]);
  };
  for (const edge of edges) {
    add(edge.from, { edge, other: edge.to, direction: 'out' });
    add(edge.to, { edge, other: edge.from, direction: 'in' });
  }
  const meets =
    ({ direction, kinds }: NeighbourQuery) =>
    (one: Neighbour): boolean =>
      kinds.includes(one.edge.kind) && (direction === 'both' || direction === one.direction);
  return {
    neighbours: (query) => Promise.resolve((byEnd.get(query.key) ?? []).filter(meets(query)).slice(0, query.limit)),
  };
}

const account = (customerId: string, accountId: string): readonly GraphEdge[] =>
  accountElements(
    'one',
    {
      accountId: asId(accountId),
      customerId: asId(customerId),
      opened: null,
      kind: null,
      openingBalanceMinor: null,
      declaredMonthlyIncomeMinor: null,
    },
    TAKEN,
  ).edges;

function transfer(transferId: string, from: string, to: string, toAgency: string): GraphEdge {
  const atMs = NOW - 1_000;
  return transferEdge(
    {
      transferId: asId(transferId),
      bookedAt: '2029-12-31',
      bookedAtMs: atMs,
      knownAtMs: atMs,
      amountMinor: 100n,
      currency: 'EUR',
      fromAccount: asId(from),
      fromAgency: asId('one'),
      toAccount: asId(to),
      toAgency: asId(toAgency),
      channel: 'sepa',
      reference: '',
    },
    TAKEN,
  );
}

function customerEdges(customers: readonly Customer[]): readonly GraphEdge[] {
  return customers.flatMap((customer) => customerElements('one', customer, TAKEN).edges);
}

const linksOf = (edges: readonly GraphEdge[], members: readonly string[]) =>
  inferLinks(
    { graph: graphOf(edges), model: linkModel(), ownAccounts: async () => 5_000 },
    { members: members.map((id) => customerKey('one', id)), asOfMs: NOW },
    ANALYST,
  );

test('M-12 customers with one phone and address are linked, with both reasons; members of one entity are not', async (t) => {
  const house = { nationalId: null, email: null };
  const customers = [person('A', house), person('B', house), person('M', house)];
  const links = await linksOf(customerEdges(customers), ['A', 'M']);
  t.deepEqual(
    links.map(({ model, reasons, to }) => [to, model, reasons.map(({ count, kind }) => `${kind} ${count}`)]),
    [[customerKey('one', 'B'), 'links/1', ['phone 2', 'address 2']]],
  );
});

test('M-12 counterparties that few deal with link whom no record links; those that all deal with do not', async (t) => {
  const edges = [
    ...account('A', 'a'),
    ...account('B', 'b'),
    ...['x', 'y', 'z'].flatMap((to) => ['a', 'b'].map((from) => transfer(`${from}${to}`, from, to, 'two'))),
  ];
  const [link] = await linksOf(edges, ['A']);
  t.like(link, { to: customerKey('one', 'B') });
  t.deepEqual(
    link?.reasons.map(({ count, kind }) => [kind, count]),
    [['counterparties', 3]],
  );
  const crowd = Array.from({ length: 40 }, (_, place) => `c${place}`);
  const shops = [
    ...edges,
    ...crowd.flatMap((id) => [
      ...account(id, id),
      ...['x', 'y', 'z'].map((to) => transfer(`${id}${to}`, id, to, 'two')),
    ]),
  ];
  t.deepEqual(await linksOf(shops, ['A']), []);
});

test('M-12 money sent between two customers links them', async (t) => {
  const edges = [...account('A', 'a'), ...account('B', 'b'), transfer('t1', 'a', 'b', 'one')];
  const [link] = await linksOf(edges, ['A']);
  t.deepEqual(link?.reasons, [{ kind: 'transfers', confidence: 0.15, elements: ['t1'], count: 1 }]);
});

const SET = sharedPath('data/federation5');
if (SET === undefined) test.skip('M-12 ../shared/data/federation5 is absent', () => undefined);
else
  test('M-12 registered offices are damped: shells that share more than an office are linked more surely', async (t) => {
    const { customers, personOf } = await pooledCustomers(SET);
    const edges = customerEdges(customers);
    const rows = await rowsOf(join(SET, 'truth/shared-address.csv'));
    const groups = Map.groupBy(rows, (row) => row['group_id'] ?? '');
    const confidences = new Map<string, number[]>([
      ['ring_shells', []],
      ['registered_office', []],
    ]);
    const graph = graphOf(edges);
    for (const group of groups.values()) {
      for (const row of group) {
        const id = `${row['agency']}-${row['customer_id']}`;
        const members = new Set(group.map((one) => `${one['agency']}-${one['customer_id']}`));
        const links = await inferLinks(
          { graph, model: linkModel(), ownAccounts: async () => 9_000 },
          { members: [customerKey('one', id)], asOfMs: NOW },
          ANALYST,
        );
        for (const { confidence, to } of links) {
          const other = to.split(':').slice(2).join(':');
          if (members.has(other) && other > id && personOf.get(other) !== personOf.get(id))
            confidences.get(row['kind'] ?? '')?.push(confidence);
        }
      }
    }
    const mean = (kind: string): number => {
      const all = confidences.get(kind) ?? [];
      return all.reduce((sum, one) => sum + one, 0) / all.length;
    };
    const shown = [...confidences].map(([kind, all]) => ({ kind, pairs: all.length, mean: mean(kind) }));
    t.log(JSON.stringify(shown));
    t.true(mean('registered_office') < 0.3 && mean('ring_shells') > 2 * mean('registered_office'));
  });
