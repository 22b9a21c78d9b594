import test from 'ava';
import { identifiersIn } from '../../../../node/formats/ofac/identifiers.ts';

test('papers, registers, ships and wallets are read from remarks, each once, and nothing else', (t) => {
  const remarks =
    'DOB 01 Nov 1940; POB Musterstadt; Passport A123456 (Iran); alt. Passport B 765-4; alt. Passport A123456 (Iraq); ' +
    'National ID No. 0012345678 (Iran); Vessel Registration Identification IMO 9187629; MMSI 572469210; ' +
    'Digital Currency Address - XBT 149w62rY42aZBox8fGcmqNsXUzSStKeq8C; Phone Number 0098-21-123456; ' +
    "Aircraft Manufacturer's Serial Number (MSN) 24134; Tax ID No. 7710030411 (Russia).";
  t.deepEqual(identifiersIn(remarks), [
    'A123456',
    'B 765-4',
    '0012345678',
    '9187629',
    '572469210',
    '149w62rY42aZBox8fGcmqNsXUzSStKeq8C',
    '24134',
    '7710030411',
  ]);
  t.deepEqual(identifiersIn(''), []);
  t.deepEqual(identifiersIn('Passport unknown; Secondary sanctions risk: Executive Order 13224.'), []);
});
