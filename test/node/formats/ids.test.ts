import test from 'ava';
import { isAgencyName, isIdentifier } from '../../../node/formats/ids.ts';

test('ids of source systems are taken as they are', (t) => {
  for (const id of ['900719925474099231', 'DE89 3704 0044', 'a:b-c_d.e#1', 'Zürich-7', 'x'.repeat(128)])
    t.true(isIdentifier(id), id);
});

test('ids that would be ambiguous in keys, invisible or endless are refused', (t) => {
  for (const id of ['', ' a', 'a  b', 'a/b', 'a\u0000', 'a\u200b', '\ud800', 'x'.repeat(129), 'ü'.repeat(65)])
    t.false(isIdentifier(id), id);
});

test('agencies have short lower-case names', (t) => {
  t.true(isAgencyName('first-bank2'));
  for (const name of ['', 'Bank', 'a b', '-a', 'a'.repeat(64)]) t.false(isAgencyName(name), name);
});
