import { generateKeyPairSync, randomBytes, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
import { signHeader, verifyHeader } from '../../crypto/envelope.ts';
import { createIdentityKey } from '../../crypto/keys.ts';
import type { BenchRow } from './bench-row.ts';

const HEADERS = 8_000;
const HEADER_BYTES = 300;

/** Signature checks of envelope headers, beside the bare check of the platform on one core. */
export async function run(): Promise<readonly BenchRow[]> {
  const key = createIdentityKey((length) => new Uint8Array(randomBytes(length)));
  const headers = Array.from({ length: HEADERS }, () => new Uint8Array(randomBytes(HEADER_BYTES)));
  const signatures = headers.map((header) => signHeader(key.secretKey, header));
  const bare = generateKeyPairSync('ed25519');
  const bareSignatures = headers.map((header) => nodeSign(null, header, bare.privateKey));
  const ours = perSecond(() =>
    headers.every((header, place) => verifyHeader(key.publicKey, header, signatures[place] ?? new Uint8Array(0))),
  );
  const anchor = perSecond(() =>
    headers.every((header, place) =>
      nodeVerify(null, header, bare.publicKey, bareSignatures[place] ?? Buffer.alloc(0)),
    ),
  );
  return [
    {
      what: 'envelope headers verified',
      value: ours,
      unit: '/s',
      target: '>= 8,000',
      anchor: { what: 'node:crypto alone', value: anchor },
    },
  ];
}

function perSecond(work: () => boolean): number {
  work();
  const startedAt = performance.now();
  if (!work()) throw new Error('a signature did not verify');
  return (HEADERS / (performance.now() - startedAt)) * 1_000;
}
