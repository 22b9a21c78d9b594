import * as z from 'zod';
import { toHex } from '../../crypto/bytes.ts';
import { federationRefusal } from './refusal.ts';

const FILE = z.strictObject({
  concordat: z.literal('agency/1'),
  agency_id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  name: z.string().min(1).max(256),
  corporate_group: z.string().min(1).max(128),
  jurisdiction: z.string().regex(/^[A-Z]{2}$/),
  officer_keys: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(16),
});

/** An agency as it hands itself to whoever writes the genesis: public, no secret in it. */
export type AgencyFile = z.infer<typeof FILE>;

/**
 * Text of an agency's file; an officer's key is added to the one that is there.
 * @throws FEDERATION_FILE when it is of another agency, or says other things about this one; FEDERATION_AGENCY when
 *         the agency cannot be described so
 */
export function agencyFileText(
  agency: Omit<AgencyFile, 'concordat' | 'officer_keys'>,
  officerKey: Uint8Array,
  existing: string | undefined,
): string {
  const before = existing === undefined ? undefined : parseAgencyFile(existing);
  const keys = new Set([...(before?.officer_keys ?? []), toHex(officerKey)]);
  const described = FILE.safeParse({ concordat: 'agency/1', ...agency, officer_keys: [...keys] });
  if (!described.success) {
    const field = described.error.issues[0]?.path[0]?.toString() ?? '';
    throw federationRefusal('FEDERATION_AGENCY', { field });
  }
  const differs = before !== undefined && DESCRIPTION.some((name) => before[name] !== described.data[name]);
  if (differs) throw federationRefusal('FEDERATION_FILE', { expected: 'agency as the officer key names it' });
  return `${JSON.stringify(described.data, null, 2)}\n`;
}

const DESCRIPTION = ['agency_id', 'name', 'corporate_group', 'jurisdiction'] as const;

/** @throws FEDERATION_FILE */
export function parseAgencyFile(text: string): AgencyFile {
  try {
    return FILE.parse(JSON.parse(text));
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'agency' }, cause);
  }
}
