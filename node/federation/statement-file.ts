import * as z from 'zod';
import { equalBytes, fromBase64url, fromHex, toBase64url, toHex } from '../../crypto/bytes.ts';
import { signStatement } from '../../crypto/statement.ts';
import { decodeStatement, encodeStatement, statementKindNumber } from '../../proto/codec/statement.ts';
import { decodeStatementBody } from '../../proto/codec/statement-body.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import type { SignedStatement, StatementBody } from '../../proto/domain/control.ts';
import type { OfficerKey } from './officer-key.ts';
import { federationRefusal } from './refusal.ts';

/** A statement on its way from officer to officer: the exact bytes, and what they say for people to read. */
export type StatementFile = { readonly federationId: Uint8Array; readonly statement: SignedStatement };

const FILE = z.strictObject({
  concordat: z.literal('statement/1'),
  federation_id: z.string().regex(/^[0-9a-f]{64}$/),
  statement: z.string(),
  /** Shown to officers, made from the bytes at each writing; what is signed is the bytes. */
  reads: z.unknown(),
});

/** @throws FEDERATION_FILE, WIRE_* */
export function parseStatementFile(text: string): StatementFile {
  try {
    const file = FILE.parse(JSON.parse(text));
    return {
      federationId: fromHex(file.federation_id),
      statement: decodeStatement(fromBase64url(file.statement), LIMITS),
    };
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'statement' }, cause);
  }
}

export function statementFileText({ federationId, statement }: StatementFile): string {
  const file = {
    concordat: 'statement/1',
    federation_id: toHex(federationId),
    reads: readable(decodeStatementBody(statement, LIMITS.statementBytes)),
    statement: toBase64url(encodeStatement(statement)),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The statement with one more officer's signature; the same officer again changes nothing. */
export function signAsOfficer(file: StatementFile, officer: OfficerKey): StatementFile {
  const { federationId, statement } = file;
  if (statement.signatures.some(({ publicKey }) => equalBytes(publicKey, officer.pair.publicKey))) return file;
  const signature = signStatement(
    officer.pair.secretKey,
    federationId,
    statementKindNumber(statement.kind),
    statement.body,
  );
  const added = { role: 'officer', agencyId: officer.agencyId, publicKey: officer.pair.publicKey, signature } as const;
  return { federationId, statement: { ...statement, signatures: [...statement.signatures, added] } };
}

/** Bytes as hexadecimal, times as they are: for reading, never parsed. */
export function readable(body: StatementBody): unknown {
  return JSON.parse(
    JSON.stringify(body, (_key, value: unknown) =>
      value instanceof Uint8Array
        ? toHex(value)
        : isBufferJson(value)
          ? Buffer.from(value.data).toString('hex')
          : value,
    ),
  );
}

function isBufferJson(value: unknown): value is { readonly data: number[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value &&
    Array.isArray(value.data)
  );
}
