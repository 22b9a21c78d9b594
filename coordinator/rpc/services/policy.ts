import { LIMITS } from '../../../config/settings/limits.ts';
import { fromWireStatement } from '../../../proto/codec/statement.ts';
import type { PolicyServiceServer, SubmitStatementRequest } from '../../../proto/gen/concordat/v1/policy.ts';
import { coordinatorError } from '../../errors.ts';
import type { StatementDesk } from '../../log/statement-desk.ts';
import { unary } from '../adapt.ts';
import type { Guard, MemberCall } from '../call.ts';

/** Takes statements into the control log. Whoever hands one in, its own signatures decide. */
export function policyService(guard: Guard<MemberCall>, desk: StatementDesk): PolicyServiceServer {
  return {
    submitStatement: unary(guard, 'Policy/SubmitStatement', async (request: SubmitStatementRequest, { member }) => {
      if (request.statement === undefined) throw coordinatorError('CALL_INVALID', { detail: { field: 'statement' } });
      const statement = fromWireStatement(request.statement, LIMITS);
      return { index: BigInt(await desk.submit(statement, member.peerId)) };
    }),
  };
}
