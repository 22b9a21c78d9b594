import test from 'ava';
import { certificateIdentity, certificateUris } from '../../crypto/certificate-identity.ts';
import { createIdentityKey } from '../../crypto/keys.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import { type AgencyId, asId } from '../../proto/domain/ids.ts';
import { seededRandom } from '../tools/random-sources.ts';

const peerId = peerIdText(createIdentityKey(seededRandom('certificate identity')).publicKey);
const IDENTITY = { federation: 'ab'.repeat(32), agencyId: asId<AgencyId>('one'), nodeId: 'n-1', peerId };
const NODE = `spiffe://${IDENTITY.federation}/agency/one/node/n-1`;
const PEER = `urn:concordat:peer:${peerId}`;

test('a certificate names federation, agency, node and peer id in two URIs, in either order', (t) => {
  t.deepEqual(certificateUris(IDENTITY), [NODE, PEER]);
  t.deepEqual(certificateIdentity({ uris: [NODE, PEER] }), IDENTITY);
  t.deepEqual(certificateIdentity({ uris: [PEER, NODE] }), IDENTITY);
});

test('F-02 (binding) a certificate that names nobody, somebody twice or something else besides is refused', (t) => {
  const bad = [
    [],
    [NODE],
    [PEER],
    [NODE, PEER, PEER],
    [NODE, NODE, PEER],
    [NODE, PEER, 'https://example.org'],
    [NODE, NODE],
    [NODE.replace('/node/', '/nodes/'), PEER],
    [`${NODE}/more`, PEER],
    [NODE.replace('n-1', 'n 1'), PEER],
    [NODE.replace('n-1', ''), PEER],
    [NODE.replace('spiffe', 'http'), PEER],
    [`x${NODE}`, PEER],
    [`${NODE}\n`, PEER],
    [NODE, `${PEER}1`],
    [NODE, 'urn:concordat:peer:'],
  ];
  for (const uris of bad) t.throws(() => certificateIdentity({ uris }), { code: 'CRYPTO_CERTIFICATE' }, uris.join(' '));
});

test('an identity that the URIs cannot carry is not written', (t) => {
  for (const change of [{ federation: 'Big' }, { agencyId: asId<AgencyId>('a/b') }, { nodeId: '' }])
    t.throws(() => certificateUris({ ...IDENTITY, ...change }), { code: 'CRYPTO_CERTIFICATE' });
});
