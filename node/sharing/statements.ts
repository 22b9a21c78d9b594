import { identityKeyOf } from '../../crypto/peer-id.ts';
import { signStatement } from '../../crypto/statement.ts';
import { statementKindNumber } from '../../proto/codec/statement.ts';
import { encodeStatementBody } from '../../proto/codec/statement-body.ts';
import type { SignedStatement, StatementBody } from '../../proto/domain/control.ts';
import type { Self } from './ports.ts';

/** A statement signed by this node alone, such as the announcement of a key that it made. */
export function signAsNode(self: Self, federationId: Uint8Array, statement: StatementBody): SignedStatement {
  const { kind } = statement;
  const body = encodeStatementBody(statement);
  const signature = signStatement(self.identitySecretKey, federationId, statementKindNumber(kind), body);
  return {
    kind,
    body,
    signatures: [{ role: 'node', agencyId: self.agencyId, publicKey: identityKeyOf(self.peerId), signature }],
  };
}
