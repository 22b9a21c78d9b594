import type { GossipsubOpts, Message } from '@libp2p/gossipsub';
import { StrictNoSign } from '@libp2p/gossipsub';
import { createTopicScoreParams } from '@libp2p/gossipsub/score';
import { LIMITS } from '../../config/settings/limits.ts';
import { utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';

const NO_SCORE_FOR_TRAFFIC = {
  topicWeight: 1,
  timeInMeshWeight: 0,
  firstMessageDeliveriesWeight: 0,
  // Topics are quiet for hours; a peer that has delivered nothing has done nothing wrong.
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  // Counted by standing.ts, over all protocols and with a longer memory, which cuts the peer off.
  invalidMessageDeliveriesWeight: 0,
};

/**
 * How gossipsub runs here.
 *
 * Messages are not signed by gossipsub (StrictNoSign): every object on a topic is an envelope, statement, checkpoint or
 * indicator with a signature of its own, which the validator checks and which still holds after storage and sync.
 * A second signature would cost a second Ed25519 verification of each message at each hop, the dearest step there is
 * (measured: 2.4 of 8.9 busy seconds at 8 nodes), and would show who published, which the objects show where they mean
 * to. The id of a message is therefore its content on its topic, so a replay inside the seen window dies here.
 *
 * Flooding is held back before the library queues anything (gossip.ts), since it reads without back-pressure.
 */
export function gossipOptions(topics: readonly string[]): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: messageId,
    fallbackToFloodsub: false,
    // Own messages go to every peer at once: federations are small, and loss at the first hop is the one that hurts.
    floodPublish: true,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    emitSelf: false,
    doPX: false,
    // The dialer keeps connections, not libp2p's tags.
    tagMeshPeers: false,
    allowedTopics: [...topics],
    maxInboundStreams: 2,
    maxOutboundStreams: 2,
    maxInboundDataLength: LIMITS.gossipFrameBytes,
    maxOutboundBufferSize: 4 * LIMITS.gossipFrameBytes,
    decodeRpcLimits: {
      maxSubscriptions: LIMITS.gossipSubscriptionsPerRpc,
      maxMessages: LIMITS.gossipMessagesPerRpc,
      maxControlMessages: LIMITS.gossipMessagesPerRpc,
      maxIhaveMessageIDs: LIMITS.gossipIdsPerRpc,
      maxIwantMessageIDs: LIMITS.gossipIdsPerRpc,
      maxIdontwantMessageIDs: LIMITS.gossipIdsPerRpc,
      maxPeerInfos: 0,
    },
    scoreParams: {
      topics: Object.fromEntries(topics.map((topic) => [topic, createTopicScoreParams(NO_SCORE_FOR_TRAFFIC)])),
      // Several members may well run behind one address.
      IPColocationFactorWeight: 0,
      behaviourPenaltyThreshold: 6,
      behaviourPenaltyWeight: -1,
      behaviourPenaltyDecay: 0.9,
      retainScore: LIMITS.misbehaviourBanMs,
    },
  };
}

/** SHA-256 of topic and content; the topic has no zero byte, so the two cannot be cut elsewhere. */
export function messageId(message: Message): Uint8Array {
  return sha256(utf8(`${message.topic}\0`), message.data);
}
