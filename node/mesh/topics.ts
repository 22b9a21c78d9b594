import { toHex } from '../../crypto/bytes.ts';

/** What is gossiped to all members. */
export const TOPIC_NAMES = ['summaries', 'indicators', 'control'] as const;
export type TopicName = (typeof TOPIC_NAMES)[number];

/** Topic of a federation. The id in it keeps two federations apart that share a machine. */
export function topicOf(federationId: Uint8Array, name: TopicName): string {
  return `/concordat/${toHex(federationId)}/${name}/1`;
}

/** Protocol of the federation's private DHT. Source: DESIGN, section 4. */
export function dhtProtocolOf(federationId: Uint8Array): string {
  return `/concordat/${toHex(federationId)}/kad/1.0.0`;
}
