/** Refusals of what arrived over the wire. Each is counted against the sender (verdict reject). */
export const WIRE_ERRORS = {
  WIRE_SIZE: 'a message is larger than its bound; nothing of it was parsed',
  WIRE_MALFORMED: 'the bytes are not a message of the kind expected',
  WIRE_FIELD: 'a field is missing, out of range or of the wrong length',
  WIRE_VERSION: 'the message is of a major version that this program does not know',
} as const;
export type WireErrorCode = keyof typeof WIRE_ERRORS;
