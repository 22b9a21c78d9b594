import { LIMITS } from '../../config/settings/limits.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import { decodeSignedIndicator } from '../../proto/codec/indicator.ts';
import { fromWireStatement } from '../../proto/codec/statement.ts';
import { decodeMessage } from '../../proto/codec/wire.ts';
import type { NodeHeads } from '../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../proto/domain/envelope.ts';
import { ConcordatError, isRefusal, type Verdict } from '../../proto/domain/errors.ts';
import type { SignedIndicator } from '../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import { ControlGossip } from '../../proto/gen/concordat/v1/mesh.ts';
import { ControlFeed } from './control-feed.ts';
import { withoutPayload } from './envelope-store.ts';
import type { FlagEvaluation } from './flag-key.ts';
import type { RangeRequest, StatementsAnswer, TopicName } from './mesh-port.ts';
import { headsFor, mayServe } from './sync.ts';
import type { Sharing } from './sharing.ts';
import { finalRefusal, isFinalCode, sharingRefusal } from './refusal.ts';

/** What peers send and ask, answered from the sharing layer. Handed to the transport by the root. */
export type Inbound = ReturnType<typeof inboundOf>;

/** An answer fills half of a message at most, so that the rest of it fits whatever it is. */
const ANSWER_BYTES = LIMITS.streamMessageBytes / 2;
/** Of an envelope besides header and payload. */
const ENVELOPE_OVERHEAD_BYTES = 256;

/**
 * Entry points for gossip, requests of peers, and the coordinator's streams; all go through the same receivers. In
 * shadow mode only control traffic is answered: statements and keys.
 */
export function inboundOf(sharing: Sharing) {
  const { controlLog, holder, indicators, keys, mode, receiver, store, withdrawals } = sharing;
  const coordinatorFeed = new ControlFeed(controlLog);
  return {
    /** @returns what gossip does with the message: forward, drop, or drop and hold against the sender */
    async gossip(topic: TopicName, from: PeerIdText, bytes: Uint8Array): Promise<Verdict> {
      const verdict = await verdictOf(() => gossipOf(topic, from, bytes, sharing), topic, sharing);
      // Passing on the objects of others would be sending, too.
      return topic !== 'control' && verdict === 'accept' && !mode.active() ? 'ignore' : verdict;
    },

    /** @throws what the receiver refuses, with the word where it is final; one that is here already is not refused */
    async deliver(peerId: PeerIdText, envelope: SignedEnvelope): Promise<void> {
      try {
        // A pair's object comes from its author and from nobody else.
        if (envelope.authorPeerId !== peerId) throw sharingRefusal('SHARING_AUDIENCE', 'reject');
        await unlessDuplicate(() => receiver.receiveEnvelope(envelope));
      } catch (error) {
        throw error instanceof ConcordatError && isFinalCode(error.code) ? finalRefusal(error) : error;
      }
    },

    grant: (peerId: PeerIdText, name: { readonly epoch: number; readonly generation: number }) =>
      keys.grant(name, peerId),

    evaluate(
      peerId: PeerIdText,
      request: { readonly epoch: number; readonly blinded: readonly Uint8Array[]; readonly done: boolean },
    ): FlagEvaluation {
      const evaluation =
        request.blinded.length === 0
          ? { evaluated: [], proof: new Uint8Array(0) }
          : holder.evaluate(peerId, request.epoch, request.blinded);
      if (request.done) holder.markDone(peerId, request.epoch);
      return evaluation;
    },

    async heads(peerId: PeerIdText): Promise<readonly NodeHeads[]> {
      if (!mode.active()) return [];
      const byAuthor = Map.groupBy(await headsFor(store, peerId), ({ chain }) => chain.authorPeerId);
      return [...byAuthor].map(([author, states]) => ({
        peerId: author,
        heads: states.map(({ chain, head }) => ({ audience: chain.audience, incarnation: chain.incarnation, ...head })),
      }));
    },

    async range(peerId: PeerIdText, range: RangeRequest): Promise<readonly SignedEnvelope[]> {
      if (!mode.active() || !mayServe(range.audience, range.authorPeerId, peerId)) return [];
      const last = Math.min(range.lastSequence, range.firstSequence + LIMITS.syncRangeEnvelopes - 1);
      const envelopes: SignedEnvelope[] = [];
      let bytes = 0;
      for await (const envelope of store.range(range, range.firstSequence, last)) {
        bytes += envelope.header.length + envelope.payload.length + ENVELOPE_OVERHEAD_BYTES;
        if (bytes > ANSWER_BYTES && envelopes.length > 0) break;
        const isWithdrawn = await withdrawals.isWithdrawn(headerHash(envelope.header));
        const mayRead = !isWithdrawn && sharing.mayRead(peerId, decodeHeader(envelope.header));
        envelopes.push(mayRead ? envelope : withoutPayload(envelope));
      }
      return envelopes;
    },

    async statements(start: number): Promise<StatementsAnswer> {
      const entries = await controlLog.entries(start);
      return { start, entries, checkpoint: controlLog.checkpoint(), pending: cut(controlLog.pending()) };
    },

    async indicators(cursor: number): Promise<readonly SignedIndicator[]> {
      return mode.active() ? indicators.from(cursor, LIMITS.indicatorsPerAnswer, ANSWER_BYTES) : [];
    },

    /** From the coordinator's stream of the control log. */
    control: (start: number, entries: readonly Uint8Array[], checkpoint: Uint8Array): Promise<void> =>
      coordinatorFeed.offer(start, entries, checkpoint),

    /** From the coordinator's stream of indicators. */
    indicator: (signed: SignedIndicator): Promise<void> =>
      unlessDuplicate(() => indicators.receive(signed, 'coordinator')),
  };
}

/** A bug of ours punishes nobody, and is logged. */
async function verdictOf(work: () => Promise<Verdict>, topic: TopicName, { log }: Sharing): Promise<Verdict> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConcordatError) return error.verdict;
    log.error({ topic, problem: error instanceof Error ? error.name : typeof error }, 'gossip could not be judged');
    return 'ignore';
  }
}

async function gossipOf(topic: TopicName, from: PeerIdText, bytes: Uint8Array, sharing: Sharing): Promise<Verdict> {
  switch (topic) {
    case 'summaries':
      await sharing.receiver.receive(bytes);
      return 'accept';
    case 'indicators':
      return takeIndicator(from, bytes, sharing);
    case 'control':
      return takeControl(bytes, sharing);
  }
}

async function takeControl(bytes: Uint8Array, { controlLog }: Sharing): Promise<Verdict> {
  const { item } = decodeMessage(ControlGossip, bytes, LIMITS.gossipMessageBytes);
  switch (item?.$case) {
    case 'statement':
      return (await controlLog.addPending(fromWireStatement(item.value, LIMITS))) ? 'accept' : 'ignore';
    case 'checkpoint':
      // A fork is the log's doing, not that of the member who shows it, and everybody needs to see it.
      await controlLog.compare(item.value);
      return 'accept';
    case undefined:
      return 'reject';
  }
}

/** One that is ahead of us is good for others too; what lies between is fetched from whoever passed it on. */
async function takeIndicator(from: PeerIdText, bytes: Uint8Array, sharing: Sharing): Promise<Verdict> {
  try {
    await sharing.indicators.receive(decodeSignedIndicator(bytes, LIMITS.gossipMessageBytes), 'gossip');
  } catch (error) {
    if (!isRefusal(error, 'SHARING_GAP')) throw error;
    void sharing.catchUp(from);
  }
  return 'accept';
}

async function unlessDuplicate(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isRefusal(error, 'SHARING_DUPLICATE')) throw error;
  }
}

/** The first of a list, as many as fit beside a part of the log. */
function cut(items: readonly Uint8Array[]): readonly Uint8Array[] {
  let bytes = 0;
  const end = items.findIndex((item) => (bytes += item.length) > ANSWER_BYTES / 2);
  return items.slice(0, Math.min(end === -1 ? items.length : end, LIMITS.syncStatements));
}
