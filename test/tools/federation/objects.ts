import { LIMITS } from '../../../config/settings/limits.ts';
import { decodeEnvelope, decodeHeader, encodeEnvelope } from '../../../proto/codec/envelope.ts';
import type { EnvelopeHeader, SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { AgencyNode } from './agency-node.ts';

/** An object that a node has sent, as `GET /sharing/objects` lists it. */
export type OwnObject = {
  readonly header_hash: string;
  readonly kind: string;
  readonly audience: string;
  readonly sequence: number;
  readonly epoch: number;
};

export async function ownObjects(node: AgencyNode): Promise<readonly OwnObject[]> {
  const { items } = await node.rest.get<{ readonly items: readonly OwnObject[] }>('/api/v1/sharing/objects');
  return items;
}

/** An object as a node holds it, sent or received; undefined when it does not. */
export async function objectAt(
  node: AgencyNode,
  headerHash: string,
): Promise<{ readonly envelope: SignedEnvelope; readonly header: EnvelopeHeader } | undefined> {
  const { body, status } = await node.rest.call('GET', `/api/v1/sharing/objects/${headerHash}`);
  if (status === 404) return undefined;
  const { envelope: text } = body as { readonly envelope: string };
  const envelope = decodeEnvelope(new Uint8Array(Buffer.from(text, 'base64url')), LIMITS);
  return { envelope, header: decodeHeader(envelope.header) };
}

/** Hands bytes to a node as an envelope that came by another way. @returns `taken`, or the code of the refusal */
export async function handOver(node: AgencyNode, bytes: Uint8Array): Promise<string> {
  const body = { envelope: Buffer.from(bytes).toString('base64url') };
  const answer = await node.rest.call('POST', '/api/v1/sharing/envelopes', body);
  return answer.status < 400 ? 'taken' : String((answer.body as { readonly code?: string }).code);
}

export function handOverEnvelope(node: AgencyNode, envelope: SignedEnvelope): Promise<string> {
  return handOver(node, encodeEnvelope(envelope));
}
