import * as z from 'zod';
import { toHex } from '../../crypto/bytes.ts';
import { federationRefusal } from './refusal.ts';

const FILE = z.strictObject({
  concordat: z.literal('agency/1'),
  agency_id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  name: z.string().min(1).max(256),
  corporate_group: z.string().min(1).max(128),
  jurisdiction: z.string().max(16),
  officer_keys: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(16),
});

/** An agency as it hands itself to whoever writes the genesis: public, no secret in it. */
export type AgencyFile = z.infer<typeof FILE>;

/** Text of an agency's file; an officer's key is added to the one that is there. */
export function agencyFileText(
  agency: Omit<AgencyFile, 'concordat' | 'officer_keys'>,
  officerKey: Uint8Array,
  existing: string | undefined,
): string {
  const before = existing === undefined ? [] : parseAgencyFile(existing).officer_keys;
  const file: AgencyFile = {
    concordat: 'agency/1',
    ...agency,
    officer_keys: [...new Set([...before, toHex(officerKey)])],
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws FEDERATION_FILE */
export function parseAgencyFile(text: string): AgencyFile {
  try {
    return FILE.parse(JSON.parse(text));
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'agency' }, cause);
  }
}
