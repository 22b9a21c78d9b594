import test from 'ava';
import { utf8 } from '../../crypto/bytes.ts';
import { CHAIN_START, linkHash } from '../../crypto/chain.ts';
import { sha256 } from '../../crypto/hash.ts';

test('a link is the hash of domain, the link before, and each part with its length', (t) => {
  const domain = Buffer.from('concordat/chain/1\0', 'latin1');
  const message = Buffer.concat([
    domain,
    CHAIN_START,
    Uint8Array.of(0, 0, 0, 2),
    utf8('ab'),
    Uint8Array.of(0, 0, 0, 0),
  ]);
  t.deepEqual(linkHash(CHAIN_START, utf8('ab'), new Uint8Array(0)), sha256(message));
});

test('a link changes with the one before, with any part, and with where the parts are cut', (t) => {
  const links = [
    linkHash(CHAIN_START, utf8('ab'), utf8('c')),
    linkHash(CHAIN_START, utf8('a'), utf8('bc')),
    linkHash(CHAIN_START, utf8('abc')),
    linkHash(CHAIN_START, utf8('ab'), utf8('d')),
    linkHash(sha256(), utf8('ab'), utf8('c')),
  ];
  t.is(new Set(links.map(String)).size, links.length);
  t.throws(() => linkHash(new Uint8Array(31), utf8('a')), { code: 'CRYPTO_ENCODING' });
});
