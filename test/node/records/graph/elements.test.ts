import test from 'ava';
import { accountElements, customerElements, transferEdge } from '../../../../node/records/graph/elements.ts';
import { normalAddress, normalEmail, normalNationalId, normalPhone } from '../../../../node/records/graph/normalise.ts';
import { RECORD_MARKING } from '../../../../node/records/marking.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import type { Customer } from '../../../../proto/domain/records.ts';

const TAKEN = { ingestedAtMs: 5, version: 3, marking: RECORD_MARKING };

const CUSTOMER: Customer = {
  customerId: asId('C-1'),
  entityType: 'INDIVIDUAL',
  name: 'Anna Beispiel',
  givenName: null,
  surname: null,
  aliases: [],
  dateOfBirth: '1980-02-29',
  street: 'Weg 1',
  city: 'Ort',
  postalCode: '12345',
  country: 'DE',
  nationality: 'DE',
  nationalId: 'DE 12-3',
  phone: '+49 (0)30 534-9076',
  email: 'Anna@Mail.example',
  industry: null,
  onboarded: '2015-12-14',
};

test('phones, addresses and ids written in other ways are the same', (t) => {
  t.is(normalPhone('+49 (0)30 534-9076'), '+49305349076');
  t.is(normalPhone('0049305349076'), '+49305349076');
  t.is(normalPhone('n/a'), null);
  t.is(normalEmail(' Anna@Mail.example'), 'anna@mail.example');
  t.is(normalEmail('none'), null);
  t.is(normalNationalId('de-12 3'), 'DE123');
  t.is(normalAddress({ ...CUSTOMER, street: 'WEG  1.' }), normalAddress(CUSTOMER));
  t.is(normalAddress({ ...CUSTOMER, street: null }), null);
});

test('a customer is a node with what it may share as nodes of their own, known from the day after onboarding', (t) => {
  const { nodes, edges } = customerElements('one', CUSTOMER, TAKEN);
  t.deepEqual(
    nodes.map((node) => node.kind),
    ['person', 'address', 'phone', 'email', 'national_id'],
  );
  t.is(String(nodes[0]?.key), 'customer:one:C-1');
  t.is(nodes[0]?.knownAtMs, Date.UTC(2015, 11, 15));
  t.deepEqual(
    edges.map((edge) => [edge.kind, edge.knownAtMs]),
    ['has_address', 'has_phone', 'has_email', 'has_national_id'].map((kind) => [kind, Date.UTC(2015, 11, 15)]),
  );
});

test('two customers with one phone share its node, at one agency only', (t) => {
  const other: Customer = { ...CUSTOMER, customerId: asId('C-2'), phone: '0049 30 534 9076' };
  const phoneOf = (agency: string, customer: Customer): unknown =>
    customerElements(agency, customer, TAKEN).nodes.find((node) => node.kind === 'phone')?.key;
  t.is(phoneOf('one', CUSTOMER), phoneOf('one', other));
  t.not(phoneOf('one', CUSTOMER), phoneOf('two', CUSTOMER));
});

test('a key tells nothing about what it stands for', (t) => {
  const keys = customerElements('one', CUSTOMER, TAKEN)
    .nodes.slice(1)
    .map((node) => String(node.key));
  for (const key of keys) t.regex(key, /^[a-z_]+:one:[0-9a-f]{32}$/);
});

test('an account hangs on its owner, and a transfer joins accounts of any agency', (t) => {
  const account = { accountId: asId('A-1'), customerId: asId('C-1'), opened: null, kind: null } as const;
  const money = { openingBalanceMinor: null, declaredMonthlyIncomeMinor: null };
  const { nodes, edges } = accountElements(
    'one',
    { ...account, accountId: asId('A-1'), customerId: asId('C-1'), ...money },
    TAKEN,
  );
  t.is(nodes[0]?.knownAtMs, 0);
  t.like(edges[0], { kind: 'owns', from: 'customer:one:C-1', to: 'account:one:A-1' });
  const edge = transferEdge(
    {
      transferId: asId('t1'),
      bookedAt: '2023-01-01',
      bookedAtMs: 1,
      knownAtMs: 2,
      amountMinor: 5n,
      currency: 'EUR',
      fromAccount: asId('A-1'),
      fromAgency: asId('one'),
      toAccount: asId('9007199254740993'),
      toAgency: asId('two'),
      channel: 'ONLINE',
      reference: '',
    },
    TAKEN,
  );
  t.like(edge, { edgeId: 't1', to: 'account:two:9007199254740993', occurredAtMs: 1, knownAtMs: 2, amountMinor: 5n });
  t.deepEqual(edge.properties, { channel: 'ONLINE' });
});
