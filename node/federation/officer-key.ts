import * as z from 'zod';
import { openWithPassphrase, sealWithPassphrase } from '../../crypto/at-rest.ts';
import { fromBase64url, fromHex, toBase64url, toHex } from '../../crypto/bytes.ts';
import { createIdentityKey, type KeyPair } from '../../crypto/keys.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { federationRefusal } from './refusal.ts';

/** An officer of an agency: speaks for it by signing statements, on a machine that is not the node. */
export type OfficerKey = { readonly agencyId: string; readonly pair: KeyPair };

const FILE = z.strictObject({
  concordat: z.literal('officer-key/1'),
  agency_id: z.string().min(1),
  public_key: z.string(),
  sealed_secret: z.string(),
});

/** Makes an officer's key. @returns the key and the text of its file, sealed under the passphrase */
export function createOfficerKey(
  agencyId: string,
  passphrase: string,
  random: RandomBytes,
): { readonly key: OfficerKey; readonly text: string } {
  const pair = createIdentityKey(random);
  const sealed = sealWithPassphrase(passphrase, pair.secretKey, random);
  const file = {
    concordat: 'officer-key/1',
    agency_id: agencyId,
    public_key: toHex(pair.publicKey),
    sealed_secret: toBase64url(sealed),
  };
  return { key: { agencyId, pair }, text: `${JSON.stringify(file, null, 2)}\n` };
}

/** Opens an officer's key file. @throws FEDERATION_FILE, FEDERATION_PASSPHRASE */
export function openOfficerKey(text: string, passphrase: string): OfficerKey {
  const file = parseFile(text);
  try {
    const secretKey = openWithPassphrase(passphrase, fromBase64url(file.sealed_secret));
    return { agencyId: file.agency_id, pair: { secretKey, publicKey: fromHex(file.public_key) } };
  } catch (cause) {
    throw federationRefusal('FEDERATION_PASSPHRASE', {}, cause);
  }
}

function parseFile(text: string): z.infer<typeof FILE> {
  try {
    return FILE.parse(JSON.parse(text));
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'officer key' }, cause);
  }
}
