import { encodeHello, type Hello } from './codec.ts';
import { type HelloParts, receiveAnswer, receiveHello } from './exchange.ts';

/**
 * Answers a greeting as the node that was dialled. It says nothing of itself to a peer that it does not accept.
 * @returns what the other said of itself, once both have accepted
 * @throws the own verdict on the other, the other's code, WIRE_*, MESH_HELLO, MESH_TIMEOUT, MESH_STREAM
 */
export async function answerGreeting(parts: HelloParts): Promise<Hello> {
  const hello = await receiveHello(parts);
  await parts.frames.write(encodeHello(parts.port.own()), parts.signal);
  await receiveAnswer(parts);
  return hello;
}
