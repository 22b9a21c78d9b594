import test from 'ava';
import { isPrivateAddress } from '../../../../node/triage/egress/addresses.ts';

for (const address of [
  '127.0.0.1',
  '10.1.2.3',
  '172.31.255.255',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::a00:1',
  '2002:a00:1::',
]) {
  test(`${address} is private`, (t) => {
    t.true(isPrivateAddress(address));
  });
}

for (const address of ['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1']) {
  test(`${address} is public`, (t) => {
    t.false(isPrivateAddress(address));
  });
}
