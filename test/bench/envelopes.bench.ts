import { randomBytes } from 'node:crypto';
import { signHeader, verifyHeader } from '../../crypto/envelope.ts';
import { createIdentityKey } from '../../crypto/keys.ts';
import { bareVerifiesPerSecond, HEADER_BYTES, HEADERS, verifiesPerSecond } from './bare-verify.ts';
import type { BenchRow } from './bench-row.ts';

/** Signature checks of envelope headers, beside the bare check of the platform on one core. */
export async function run(): Promise<readonly BenchRow[]> {
  const key = createIdentityKey((length) => new Uint8Array(randomBytes(length)));
  const headers = Array.from({ length: HEADERS }, () => new Uint8Array(randomBytes(HEADER_BYTES)));
  const signatures = headers.map((header) => signHeader(key.secretKey, header));
  const ours = verifiesPerSecond(() =>
    headers.every((header, place) => verifyHeader(key.publicKey, header, signatures[place] ?? new Uint8Array(0))),
  );
  return [
    {
      what: 'envelope headers verified',
      value: ours,
      unit: '/s',
      target: '>= 8,000',
      anchor: { what: 'node:crypto alone', value: bareVerifiesPerSecond() },
    },
  ];
}
