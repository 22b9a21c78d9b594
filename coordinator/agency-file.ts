import * as z from 'zod';
import { fromHex } from '../crypto/bytes.ts';
import type { Agency } from '../proto/domain/control.ts';
import { asId } from '../proto/domain/ids.ts';
import { coordinatorError } from './errors.ts';

/** An agency's public file, as `concordat-node officer create` writes it. */
const FILE = z.strictObject({
  concordat: z.literal('agency/1'),
  agency_id: z.string(),
  name: z.string(),
  corporate_group: z.string(),
  jurisdiction: z.string(),
  officer_keys: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
});

/** Reads an agency's file; what its fields may hold is judged with the genesis. @throws COORDINATOR_FILE */
export function parseAgencyFile(text: string): Agency {
  try {
    const file = FILE.parse(JSON.parse(text));
    return {
      agencyId: asId(file.agency_id),
      name: file.name,
      corporateGroup: file.corporate_group,
      jurisdiction: file.jurisdiction,
      officerKeys: file.officer_keys.map(fromHex),
    };
  } catch (cause) {
    throw coordinatorError('COORDINATOR_FILE', { detail: { expected: 'agency' }, cause });
  }
}
