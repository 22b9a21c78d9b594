import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ConcordatError } from '../../proto/domain/errors.ts';
import { coordinatorError } from '../errors.ts';
import { ANSWER, type OperatorRequest } from './protocol.ts';

/**
 * Sends one command to a running coordinator.
 * @throws what the command threw there; COORDINATOR_RUNNING when nobody answers
 */
export async function askOperator(path: string, request: OperatorRequest): Promise<unknown> {
  let line: string;
  try {
    const socket = connect(path);
    socket.write(`${JSON.stringify(request)}\n`);
    line = await text(socket);
  } catch (cause) {
    throw coordinatorError('COORDINATOR_RUNNING', { cause });
  }
  const answer = ANSWER.parse(JSON.parse(line));
  if (answer.ok) return answer.result;
  throw new ConcordatError(answer.code, answer.message, { detail: answer.detail });
}
