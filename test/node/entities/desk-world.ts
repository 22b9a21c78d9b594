import { identityKeyFromSeed } from '../../../crypto/keys.ts';
import { Entities } from '../../../node/entities/entities.ts';
import { EntityDesk } from '../../../node/entities/entity-desk.ts';
import type { EntityCase } from '../../../node/entities/propensity/propensity.ts';
import { ACCOUNTS, CUSTOMERS, TRANSFERS } from '../../../node/records/collections.ts';
import { projectToGraph } from '../../../node/records/graph/project.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Marking } from '../../../proto/domain/marking.ts';
import type { Customer } from '../../../proto/domain/records.ts';
import { SYSTEM } from '../../conformance/ledger-fixtures.ts';
import { openMemoryGraph } from '../../fakes/memory-graph.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { person } from './people.ts';

export const NOW = Date.UTC(2030, 0, 1);
const IDENTITY = identityKeyFromSeed(new Uint8Array(32).fill(7));

export const ALERT: EntityCase = {
  alertId: 'AL-1',
  alertType: 'SANCTIONS',
  priority: 'HIGH',
  raisedAtMs: NOW - 86_400_000,
  disposition: 'ESCALATE_L3',
  riskScore: 72.5,
  typologies: ['cycle', 'fan_in'],
  outcome: null,
  accountId: 'a',
  matches: [{ listName: 'SDN', entryId: '77', name: 'ILSE QUARZENBERG', score: 0.91, program: 'SDGT' }],
};

/** A person under two ids, a firm at the same house, accounts, a transfer, an alert; each customer marked as asked. */
export async function deskWorld(markings: Readonly<Record<string, Marking>> = {}): Promise<EntityDesk> {
  const ledger = openMemoryLedger();
  const customers: readonly Customer[] = [
    person('A', { aliases: ['Ilse Q.'] }),
    person('B', { name: 'QUARZENBERG, Ilse' }),
    person('F', {
      entityType: 'BUSINESS',
      name: 'Quarz Handel GmbH',
      dateOfBirth: null,
      nationalId: 'HRB 445566',
      email: null,
    }),
  ];
  const account = (accountId: string, customerId: string) =>
    ACCOUNTS.put({
      accountId: asId(accountId),
      customerId: asId(customerId),
      opened: '2015-12-14',
      kind: 'CURRENT',
      openingBalanceMinor: null,
      declaredMonthlyIncomeMinor: null,
    });
  const atMs = NOW - 2 * 86_400_000;
  const transfer = TRANSFERS.put({
    transferId: asId('t1'),
    bookedAt: '2029-12-30',
    bookedAtMs: atMs,
    knownAtMs: atMs,
    amountMinor: 123456n,
    currency: 'EUR',
    fromAccount: asId('a'),
    fromAgency: asId('one'),
    toAccount: asId("o'x"),
    toAgency: asId('two'),
    channel: 'SEPA',
    reference: 'rent',
  });
  const puts = customers.map((customer) => {
    const write = CUSTOMERS.put(customer);
    return { ...write, marking: markings[customer.customerId] ?? write.marking };
  });
  await ledger.commit({ writes: [...puts, account('a', 'A'), account('f', 'F'), transfer], audit: [] });
  const time = { nowMs: () => NOW };
  const graph = openMemoryGraph();
  return new EntityDesk({
    agency: 'one',
    entities: new Entities({ ledger, system: SYSTEM, clock: time, businessTime: time, identity: IDENTITY }),
    graph,
    catchUp: async () => {
      await projectToGraph({ ledger, graph, agency: 'one' });
    },
    casesOf: async (customerId) => (customerId === 'A' ? [ALERT] : []),
    ownAccounts: async () => 2,
    indicatorsFor: async (accounts) =>
      accounts
        .filter(({ agency }) => agency === 'two')
        .map((account) => ({ indicatorId: 'I-1', account, groupCount: 3, typologies: ['cycle'], knownAtMs: NOW - 1 })),
    businessTime: time,
  });
}
