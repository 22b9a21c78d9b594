import { spawnSync } from 'node:child_process';
import test from 'ava';
import { type FtmElement, ftmId, toFtm } from '../../../../node/entities/exchange/ftm.ts';
import { ANALYST, SECRET } from '../../../conformance/ledger-fixtures.ts';
import { deskWorld } from '../desk-world.ts';
import { everyKind } from './every-kind.ts';

/** Properties of FollowTheMoney's schemata that we write, by its model 4; those that refer to other entities with `>`. */
const SCHEMATA: Readonly<Record<string, readonly string[]>> = {
  Person: ['name', 'alias', 'phone', 'email', 'country', 'addressEntity>', 'birthDate', 'nationality', 'idNumber'],
  Organization: [
    'name',
    'alias',
    'phone',
    'email',
    'country',
    'addressEntity>',
    'incorporationDate',
    'jurisdiction',
    'registrationNumber',
    'sector',
  ],
  BankAccount: ['name', 'accountNumber', 'bankName', 'accountType', 'openingDate'],
  Address: ['full', 'street', 'postalCode', 'city', 'country'],
  Event: ['name', 'startDate', 'keywords', 'summary', 'involved>'],
  Ownership: ['owner>', 'asset>', 'startDate'],
  Payment: [
    'payer>',
    'beneficiary>',
    'payerAccount>',
    'beneficiaryAccount>',
    'amount',
    'currency',
    'date',
    'transactionNumber',
    'purpose',
  ],
  Sanction: ['entity>', 'authority', 'authorityId', 'program', 'status'],
  UnknownLink: ['subject>', 'object>', 'role'],
};

function faultsOf(entities: readonly FtmElement[]): readonly string[] {
  const ids = new Set(entities.map(({ id }) => id));
  return entities.flatMap(({ id, properties, schema }) =>
    Object.entries(properties).flatMap(([name, values]) => {
      const known = SCHEMATA[schema] ?? [];
      if (known.includes(`${name}>`)) return values.filter((value) => !ids.has(value)).map((value) => `${id} ${value}`);
      return known.includes(name) ? [] : [`${schema} has no ${name}`];
    }),
  );
}

test('S0-01 (FtM) entities have the schemata and properties of FollowTheMoney, and refer to each other', (t) => {
  const entities = toFtm(everyKind());
  t.deepEqual(faultsOf(entities), []);
  t.is(new Set(entities.map(({ id }) => id)).size, entities.length);
  t.deepEqual(new Set(entities.map(({ schema }) => schema)), new Set(Object.keys(SCHEMATA)));
  t.deepEqual(toFtm(everyKind()), entities);
});

test('S0-01 (FtM) a person stands with what it has, money with its ends, a match with how sure it is', async (t) => {
  const desk = await deskWorld();
  await desk.entities.resolve();
  const entities = (await desk.export('B', 'ftm', ANALYST)) as readonly FtmElement[];
  t.deepEqual(faultsOf(entities), []);
  const of = (schema: string): FtmElement | undefined => entities.find((one) => one.schema === schema);
  t.like(of('Person')?.properties, {
    birthDate: ['1971-03-14'],
    phone: ['+49305551234'],
    idNumber: ['DE918273645'],
    nationality: ['de'],
  });
  t.like(of('Payment')?.properties, { payer: [ftmId('customer:one:A')], amount: ['1234.56'], date: ['2029-12-30'] });
  t.like(of('Sanction')?.properties, { authority: ['SDN'], status: ['possible match, 0.91'] });
  t.deepEqual(of('Event')?.properties['involved'], [ftmId('customer:one:A')]);
  t.like(of('Person')?.context, { tlp: 'TLP:RED', classification: 'RESTRICTED', confidence: 1 });
  t.true(
    entities.some(
      ({ properties, schema }) => schema === 'UnknownLink' && properties['role']?.[0] === 'same as: merged',
    ),
  );
});

test('S0-01 (FtM) what a viewer may not see is not in the document', async (t) => {
  const desk = await deskWorld({ B: SECRET, F: SECRET });
  await desk.entities.resolve();
  const text = JSON.stringify(await desk.export('A', 'ftm', ANALYST));
  t.true(text.includes('customer:one:A'));
  t.false(text.includes('customer:one:B') || text.includes('Quarz Handel'));
});

/** FollowTheMoney's own model, from PyPI. */
const CHECK = `
import json, sys
from followthemoney import model
for line in sys.stdin:
    data = json.loads(line)
    proxy = model.get_proxy(data)
    for prop, values in data['properties'].items():
        assert prop in proxy.schema.properties, (proxy.schema.name, prop)
        for value in values:
            assert proxy.schema.get(prop).type.clean(value) is not None, (proxy.schema.name, prop, value)
`;
const installed =
  spawnSync('python3', ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("followthemoney") is None)'])
    .status === 0;
if (!installed) test.skip('S0-01 (FtM) followthemoney is not installed, so its model was not asked', () => undefined);
else
  test("S0-01 (FtM) FollowTheMoney's own model takes every entity", (t) => {
    t.timeout(60_000);
    const input = toFtm(everyKind())
      .map((entity) => JSON.stringify(entity))
      .join('\n');
    const { status, stderr } = spawnSync('python3', ['-c', CHECK], { input, encoding: 'utf8' });
    t.is(status, 0, stderr);
  });
