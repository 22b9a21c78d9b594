import {
  SIGNER_ROLES,
  STATEMENT_KINDS,
  type SignedStatement,
  type StatementKind,
  type StatementSignature,
} from '../domain/control.ts';
import {
  SignedStatement as WireStatement,
  type StatementSignature as WireSignature,
} from '../gen/concordat/v1/control.ts';
import { asBuffer } from './envelope.ts';
import { boundedBytes, boundedList, boundedText, decodeMessage, exactBytes, wireRefusal } from './wire.ts';

export type StatementBounds = { readonly statementBytes: number; readonly signaturesPerStatement: number };

/** Number of a kind on the wire; it is part of what is signed. */
export function statementKindNumber(kind: StatementKind): number {
  return STATEMENT_KINDS.indexOf(kind) + 1;
}

/**
 * Reads a signed statement; its body stays bytes until the signatures have been judged.
 * @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD
 */
export function decodeStatement(bytes: Uint8Array, bounds: StatementBounds): SignedStatement {
  return fromWireStatement(decodeMessage(WireStatement, bytes, bounds.statementBytes), bounds);
}

/** Checks a statement that came inside another message. @throws WIRE_FIELD */
export function fromWireStatement(wire: WireStatement, bounds: StatementBounds): SignedStatement {
  const kind = STATEMENT_KINDS[wire.kind - 1];
  if (kind === undefined) throw wireRefusal('WIRE_FIELD', 'unknown statement kind', 'kind');
  return {
    kind,
    body: boundedBytes('body', wire.body, bounds.statementBytes),
    signatures: boundedList('signatures', wire.signatures, bounds.signaturesPerStatement).map(decodeSignature),
  };
}

export function toWireStatement(statement: SignedStatement): WireStatement {
  return {
    kind: statementKindNumber(statement.kind) as WireStatement['kind'],
    body: asBuffer(statement.body),
    signatures: statement.signatures.map((signature) => ({
      role: (SIGNER_ROLES.indexOf(signature.role) + 1) as WireSignature['role'],
      agencyId: signature.agencyId,
      publicKey: asBuffer(signature.publicKey),
      signature: asBuffer(signature.signature),
    })),
  };
}

/** The bytes that the control log keeps as a leaf. */
export function encodeStatement(statement: SignedStatement): Uint8Array {
  return WireStatement.encode(toWireStatement(statement)).finish();
}

function decodeSignature(wire: WireSignature): StatementSignature {
  const role = SIGNER_ROLES[wire.role - 1];
  if (role === undefined) throw wireRefusal('WIRE_FIELD', 'unknown signer role', 'signatures.role');
  return {
    role,
    agencyId: boundedText('signatures.agency_id', wire.agencyId, 128),
    publicKey: exactBytes('signatures.public_key', wire.publicKey, 32),
    signature: exactBytes('signatures.signature', wire.signature, 64),
  };
}
