import test from 'ava';
import * as fc from 'fast-check';
import { subjectOf } from '../../../../node/formats/ftm/example.ts';

test('what an example says is read from the properties of its schema, and the rest left aside', (t) => {
  t.deepEqual(
    subjectOf({
      schema: 'Person',
      properties: {
        name: ['Anna  Beispiel', 'Anna Beispiel'],
        alias: ['Annie'],
        firstName: ['Anna'],
        middleName: ['Maria'],
        lastName: ['Beispiel', 'Muster'],
        birthDate: ['1960-05-17T00:00:00', '1960', 'unknown', '1960-13'],
        nationality: ['de', 'Germany'],
        country: ['Österreich', 'at'],
        passportNumber: ['X 123'],
        hobby: ['chess'],
      },
    }),
    {
      names: ['Anna Beispiel', 'Annie', 'Anna Maria Beispiel', 'Anna Maria Muster'],
      datesOfBirth: ['1960-05-17', '1960'],
      countries: ['DE', 'AT'],
      identifiers: ['X 123'],
      entityType: 'INDIVIDUAL',
      schemata: ['Person', 'LegalEntity'],
    },
  );
});

test('a schema decides how a name is read and what it may mean', (t) => {
  const read = (schema: string) => subjectOf({ schema, properties: { name: ['A'] } });
  t.like(read('Company'), { entityType: 'BUSINESS', schemata: ['Organization', 'LegalEntity'] });
  t.like(read('LegalEntity'), { entityType: null, schemata: ['Person', 'Organization', 'LegalEntity'] });
  t.like(read('Vessel'), { entityType: 'BUSINESS', schemata: ['Vessel'] });
  t.like(read('Vehicle'), { schemata: ['Vessel', 'Airplane'] });
  t.like(read('CryptoWallet'), { schemata: [] });
  for (const unknown of ['person', '', 'constructor', '__proto__']) t.is(read(unknown), undefined, unknown);
});

test('any properties are read without a fault, and no name, country or date comes out empty', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', ' ', '1960-02-30', 'DE', '\u202e'),
  );
  const name = fc.constantFrom(
    'name',
    'alias',
    'firstName',
    'lastName',
    'birthDate',
    'country',
    'idNumber',
    '__proto__',
  );
  const properties = fc
    .array(fc.tuple(name, fc.array(text, { maxLength: 3 })))
    .map((pairs) => Object.fromEntries(pairs));
  fc.assert(
    fc.property(properties, (given) => {
      const subject = subjectOf({ schema: 'Person', properties: given });
      return (
        subject !== undefined &&
        [...subject.names, ...subject.identifiers].every((value) => value !== '') &&
        subject.countries.every((country) => /^[A-Z]{2}$/.test(country)) &&
        subject.datesOfBirth.every((date) => /^\d{4}(?:-\d{2}){0,2}$/.test(date))
      );
    }),
  );
  t.pass();
});
