import test from 'ava';
import { createAuthority, createSerial, createTlsKey, issueCertificate } from '../../../crypto/x509.ts';
import { Renewal } from '../../../node/federation/renewal.ts';
import { seededRandom } from '../../tools/random-sources.ts';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const START_MS = 1_800_000_000_000;
const LIFE_MS = 7 * 86_400_000;

test('a certificate is renewed from a third of its life on, and a failed attempt is not repeated at once', async (t) => {
  const authority = await createAuthority({ name: 'root', notBeforeMs: START_MS, notAfterMs: START_MS + 10 * LIFE_MS });
  const { spki } = await createTlsKey();
  const certificate = await issueCertificate({
    authority,
    spki,
    commonName: 'one/node-1',
    uris: [],
    dnsNames: [],
    ipAddresses: [],
    serial: createSerial(seededRandom('3')),
    notBeforeMs: START_MS,
    notAfterMs: START_MS + LIFE_MS,
    usages: ['client'],
  });
  let nowMs = START_MS;
  let attempts = 0;
  const renewal = new Renewal({
    clock: { nowMs: () => nowMs },
    log: SILENT,
    certificate: () => certificate,
    renew: async () => {
      attempts += 1;
      throw new Error('away');
    },
  });
  await renewal.tick();
  t.is(attempts, 0);
  nowMs = START_MS + LIFE_MS / 3 + 1_000;
  await renewal.tick();
  await renewal.tick();
  t.is(attempts, 1);
  nowMs += 120_000;
  await renewal.tick();
  t.is(attempts, 2);
});
