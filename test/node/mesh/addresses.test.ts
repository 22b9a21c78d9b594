import { assert as checkProperty, oneof, property, string } from 'fast-check';
import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { dialable, peerAddress } from '../../../node/mesh/addresses.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { peerIdOf } from './mesh-harness.ts';

const PEER = peerIdOf('peer');

test('an address gets the peer id that has to answer there', (t) => {
  for (const host of ['/ip4/10.0.0.1', '/ip6/::1', '/dns4/node.example', '/dns/node.example']) {
    t.is(peerAddress(`${host}/tcp/9600`, PEER).toString(), `${host}/tcp/9600/p2p/${PEER}`);
    t.is(peerAddress(`${host}/tcp/9600/p2p/${PEER}`, PEER).toString(), `${host}/tcp/9600/p2p/${PEER}`);
  }
});

test('other transports, relays and the peer id of somebody else are refused', (t) => {
  const other = peerIdOf('other');
  for (const text of [
    '/ip4/10.0.0.1/udp/9600',
    '/ip4/10.0.0.1/tcp/9600/ws',
    `/ip4/10.0.0.1/tcp/9600/p2p/${other}`,
    `/ip4/10.0.0.1/tcp/9600/p2p/${other}/p2p-circuit/p2p/${PEER}`,
    '/unix/tmp/socket',
    '10.0.0.1:9600',
    '',
    `/dns4/${'a'.repeat(LIMITS.addressCharacters)}/tcp/1`,
  ]) {
    t.throws(() => peerAddress(text, PEER), { code: 'MESH_ADDRESS' }, text);
  }
});

test('no text does more than be refused', (t) => {
  checkProperty(
    property(
      oneof(
        string(),
        string().map((text) => `/ip4/${text}/tcp/1`),
      ),
      (text) => {
        try {
          peerAddress(text, PEER);
        } catch (error) {
          if (!isRefusal(error, 'MESH_ADDRESS')) throw error;
        }
      },
    ),
  );
  t.pass();
});

test('of a list the good ones are dialled, and no more than the bound', (t) => {
  const good = Array.from({ length: 20 }, (_, index) => `/ip4/10.0.0.${index}/tcp/1`);
  t.is(dialable(good, PEER).length, LIMITS.addressesPerPeer);
  t.is(dialable(['nonsense', '/ip4/10.0.0.1/tcp/1'], PEER).length, 1);
});
