import test from 'ava';
import { toHex } from '../../crypto/bytes.ts';
import { DOMAINS, withDomain } from '../../crypto/domains.ts';

test('no domain is used twice, and each ends in the zero byte that keeps one from beginning another', (t) => {
  const domains = Object.values(DOMAINS);
  t.is(new Set(domains).size, domains.length);
  for (const domain of domains) t.regex(domain, /^concordat\/[a-z0-9/-]+\/\d+\0$/);
});

test('a domain stands in front of the parts', (t) => {
  t.is(toHex(withDomain('concordat/x/1\0', Uint8Array.of(1), Uint8Array.of(2))), '636f6e636f726461742f782f31000102');
});
