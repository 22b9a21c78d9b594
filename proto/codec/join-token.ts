import { wireRefusal } from './wire.ts';

/**
 * What a join token carries: enough for a node to know the federation before it sends anything to anybody. Whether the
 * id is the hash of the genesis is for the reader to check, who has the cryptography for it.
 */
export type JoinToken = {
  /** 32 bytes. */
  readonly federationId: Uint8Array;
  readonly genesis: Uint8Array;
  /** host:port of the enrolment listener. */
  readonly address: string;
  /** 32 bytes; the token of an EnrolRequest. */
  readonly secret: Uint8Array;
};

const PREFIX = 'concordat-join-1.';
/** A genesis of the largest size, twice in base64. */
const TOKEN_CHARACTERS = 2_097_152;
const ADDRESS = /^[A-Za-z0-9.:[\]-]{1,255}:\d{1,5}$/;

/** A token as a person hands it on: one word, `concordat-join-1.` and base64url of JSON. */
export function encodeJoinToken({ federationId, genesis, address, secret }: JoinToken): string {
  const body = {
    federation_id: Buffer.from(federationId).toString('hex'),
    genesis: Buffer.from(genesis).toString('base64url'),
    address,
    secret: Buffer.from(secret).toString('base64url'),
  };
  return `${PREFIX}${Buffer.from(JSON.stringify(body)).toString('base64url')}`;
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeJoinToken(text: string): JoinToken {
  if (text.length > TOKEN_CHARACTERS) throw wireRefusal('WIRE_SIZE', 'join token is too long');
  if (!text.startsWith(PREFIX)) throw wireRefusal('WIRE_VERSION', 'not a join token of this version');
  const body = parseBody(text.slice(PREFIX.length));
  const federationId = Buffer.from(body('federation_id'), 'hex');
  const secret = Buffer.from(body('secret'), 'base64url');
  const address = body('address');
  if (federationId.length !== 32) throw wireRefusal('WIRE_FIELD', 'federation id has a wrong length', 'federation_id');
  if (secret.length !== 32) throw wireRefusal('WIRE_FIELD', 'secret has a wrong length', 'secret');
  if (!ADDRESS.test(address)) throw wireRefusal('WIRE_FIELD', 'address is not host:port', 'address');
  return {
    federationId: new Uint8Array(federationId),
    genesis: new Uint8Array(Buffer.from(body('genesis'), 'base64url')),
    address,
    secret: new Uint8Array(secret),
  };
}

function parseBody(encoded: string): (field: string) => string {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch (cause) {
    throw wireRefusal('WIRE_MALFORMED', 'join token does not parse', undefined, cause);
  }
  return (field) => {
    const value = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
    if (typeof value !== 'string') throw wireRefusal('WIRE_FIELD', `join token has no ${field}`, field);
    return value;
  };
}
