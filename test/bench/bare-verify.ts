import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';

export const HEADERS = 8_000;
export const HEADER_BYTES = 300;

/** Ed25519 checks a second by the platform alone, on one core: the anchor of all that verifies envelopes. */
export function bareVerifiesPerSecond(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const headers = Array.from({ length: HEADERS }, () => randomBytes(HEADER_BYTES));
  const signatures = headers.map((header) => sign(null, header, privateKey));
  return verifiesPerSecond(() =>
    headers.every((header, place) => verify(null, header, publicKey, signatures[place] ?? Buffer.alloc(0))),
  );
}

/** @param work checks HEADERS signatures; done once unmeasured, so that it is warm */
export function verifiesPerSecond(work: () => boolean): number {
  work();
  const startedAt = performance.now();
  if (!work()) throw new Error('a signature did not verify');
  return (HEADERS / (performance.now() - startedAt)) * 1_000;
}
