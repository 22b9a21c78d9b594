import * as z from 'zod';
import { equalBytes, fromBase64url, fromHex } from '../../crypto/bytes.ts';
import { federationIdOf } from '../../crypto/genesis.ts';
import { decodeGenesis } from '../../proto/codec/membership.ts';
import type { Genesis } from '../../proto/domain/control.ts';
import { federationRefusal } from './refusal.ts';

/** What a join token says: whom one enrols with, where, and the one-time secret. */
export type JoinToken = {
  readonly federationId: Uint8Array;
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  /** host:port of the enrolment listener. */
  readonly address: string;
  readonly secret: Uint8Array;
};

const PREFIX = 'concordat-join-1.';
const BODY = z.object({ federation_id: z.string(), genesis: z.string(), address: z.string(), secret: z.string() });

/**
 * Reads a token. The federation id is recomputed from the genesis that it carries, so that whoever compares the id
 * with what the agencies published knows whom the node enrols with.
 * @throws FEDERATION_TOKEN
 */
export function readJoinToken(text: string): JoinToken {
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX)) throw federationRefusal('FEDERATION_TOKEN');
  try {
    const body = BODY.parse(JSON.parse(Buffer.from(fromBase64url(trimmed.slice(PREFIX.length))).toString()));
    const genesisBytes = fromBase64url(body.genesis);
    const federationId = fromHex(body.federation_id);
    if (!equalBytes(federationId, federationIdOf(genesisBytes)))
      throw federationRefusal('FEDERATION_TOKEN', { field: 'genesis' });
    return {
      federationId,
      genesisBytes,
      genesis: decodeGenesis(genesisBytes),
      address: body.address,
      secret: fromBase64url(body.secret),
    };
  } catch (cause) {
    throw federationRefusal('FEDERATION_TOKEN', {}, cause);
  }
}
