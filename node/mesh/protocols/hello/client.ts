import { encodeHello, type Hello } from './codec.ts';
import { type HelloParts, receiveAnswer, receiveHello } from './exchange.ts';

/**
 * Greets as the node that dialled, which speaks first: hello, answer, the other's hello, own answer. Once this
 * resolves both have accepted, and the last answer is on its way ahead of whatever is sent next.
 * @returns what the other said of itself
 * @throws the other's code, the own verdict on it, WIRE_*, MESH_HELLO, MESH_TIMEOUT, MESH_STREAM
 */
export async function greet(parts: HelloParts): Promise<Hello> {
  await parts.frames.write(encodeHello(parts.port.own()), parts.signal);
  await receiveAnswer(parts);
  return receiveHello(parts);
}
