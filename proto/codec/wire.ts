import { ConcordatError } from '../domain/errors.ts';
import type { WireErrorCode } from './errors.ts';

type Decoder<Message> = { decode(bytes: Uint8Array): Message };

/** A refusal of wire input, which the network edge counts against the sender. */
export function wireRefusal(code: WireErrorCode, message: string, field?: string, cause?: unknown): ConcordatError {
  return new ConcordatError(code, message, { detail: { field }, verdict: 'reject', cause });
}

/**
 * Decodes one protobuf message after its size has been checked.
 * @throws WIRE_SIZE, WIRE_MALFORMED
 */
export function decodeMessage<Message>(decoder: Decoder<Message>, bytes: Uint8Array, maximumBytes: number): Message {
  if (bytes.length > maximumBytes) throw wireRefusal('WIRE_SIZE', `message of ${bytes.length} bytes`);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw wireRefusal('WIRE_MALFORMED', 'message does not parse', undefined, cause);
  }
}

/** A field of exactly so many bytes, copied out of the receive buffer. @throws WIRE_FIELD */
export function exactBytes(field: string, value: Uint8Array, length: number): Uint8Array {
  if (value.length !== length) throw wireRefusal('WIRE_FIELD', `${field} has ${value.length} bytes`, field);
  return new Uint8Array(value);
}

/** A field of at most so many bytes, copied out of the receive buffer. @throws WIRE_FIELD */
export function boundedBytes(field: string, value: Uint8Array, maximum: number): Uint8Array {
  if (value.length > maximum) throw wireRefusal('WIRE_FIELD', `${field} has ${value.length} bytes`, field);
  return new Uint8Array(value);
}

/** A uint64 that fits a double exactly. @throws WIRE_FIELD */
export function safeInteger(field: string, value: bigint, minimum = 0): number {
  if (value < BigInt(minimum) || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw wireRefusal('WIRE_FIELD', `${field} is out of range`, field);
  }
  return Number(value);
}

/** A number inside an inclusive range. @throws WIRE_FIELD */
export function inRange(field: string, value: number, minimum: number, maximum: number): number {
  if (!Number.isFinite(value) || value < minimum || value > maximum) {
    throw wireRefusal('WIRE_FIELD', `${field} is out of range`, field);
  }
  return value;
}

/** A text without control characters, of bounded length. @throws WIRE_FIELD */
export function boundedText(field: string, value: string, maximum: number, minimum = 0): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (value.length < minimum || value.length > maximum || /[\u0000-\u001f\u007f]/.test(value)) {
    throw wireRefusal('WIRE_FIELD', `${field} is not a text of the length allowed`, field);
  }
  return value;
}

/** A list of bounded length. @throws WIRE_FIELD */
export function boundedList<Item>(field: string, value: readonly Item[], maximum: number): readonly Item[] {
  if (value.length > maximum) throw wireRefusal('WIRE_FIELD', `${field} has ${value.length} items`, field);
  return value;
}
