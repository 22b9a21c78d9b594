import test from 'ava';
import { ftmEntity } from '../../../../node/formats/ftm/entity.ts';
import { listEntry } from '../../screening/entries.ts';

test('an entry is an entity of its kind under an id that outlives versions, without empty properties', (t) => {
  const person = listEntry('E-1', 'Anna', { countries: ['DE'], identifiers: ['X1'], remarks: 'r', programs: ['P'] });
  t.deepEqual(ftmEntity(person), {
    id: 'list-E-1',
    caption: 'Anna',
    schema: 'Person',
    properties: {
      name: ['Anna'],
      nationality: ['de'],
      idNumber: ['X1'],
      topics: ['sanction'],
      program: ['P'],
      notes: ['r'],
    },
    datasets: ['list'],
    referents: ['E-1'],
    target: true,
  });
  t.is(ftmEntity({ ...person, listVersion: '2' }).id, 'list-E-1');
  const firm = ftmEntity(listEntry('E-2', 'Muster', { entityType: 'BUSINESS', countries: ['DE'], identifiers: ['7'] }));
  t.like(firm, { schema: 'Organization', properties: { country: ['de'], registrationNumber: ['7'] } });
  t.is(ftmEntity(listEntry('E-3', 'M', { entityType: null })).schema, 'LegalEntity');
  t.is(ftmEntity(listEntry('E-4', 'M', { entityType: null, vehicle: 'VESSEL' })).schema, 'Vessel');
  t.is(ftmEntity(listEntry('E-5', 'M', { entityType: null, vehicle: 'AIRCRAFT' })).schema, 'Airplane');
});
