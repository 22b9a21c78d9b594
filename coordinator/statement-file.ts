import * as z from 'zod';
import { fromBase64url, fromHex } from '../crypto/bytes.ts';
import { LIMITS } from '../config/settings/limits.ts';
import { decodeStatement } from '../proto/codec/statement.ts';
import type { SignedStatement } from '../proto/domain/control.ts';
import { coordinatorError } from './errors.ts';

/** A statement on its way from officer to officer, as `concordat-node officer sign` writes it. */
const FILE = z.strictObject({
  concordat: z.literal('statement/1'),
  federation_id: z.string(),
  statement: z.string(),
  /** For people; what counts is the bytes. */
  reads: z.unknown(),
});

export type StatementFile = { readonly federationId: Uint8Array; readonly statement: SignedStatement };

/** @throws COORDINATOR_FILE */
export function parseStatementFile(text: string): StatementFile {
  try {
    const file = FILE.parse(JSON.parse(text));
    return {
      federationId: fromHex(file.federation_id),
      statement: decodeStatement(fromBase64url(file.statement), LIMITS),
    };
  } catch (cause) {
    throw coordinatorError('COORDINATOR_FILE', { detail: { expected: 'statement' }, cause });
  }
}
