import { LIMITS } from '../../config/settings/limits.ts';
import { decodeSignedIndicator } from '../../proto/codec/indicator.ts';
import { fromWireStatement } from '../../proto/codec/statement.ts';
import { decodeMessage } from '../../proto/codec/wire.ts';
import type { NodeHeads } from '../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../proto/domain/envelope.ts';
import { ConcordatError, isRefusal, type Verdict } from '../../proto/domain/errors.ts';
import type { SignedIndicator } from '../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import { ControlGossip } from '../../proto/gen/concordat/v1/mesh.ts';
import type { RangeRequest, StatementsAnswer, TopicName } from './mesh-port.ts';
import { headsFor, mayServe } from './sync.ts';
import type { Sharing } from './sharing.ts';
import { sharingRefusal } from './refusal.ts';

/** What peers send and ask, answered from the sharing layer. Handed to the transport by the root. */
export type Inbound = ReturnType<typeof inboundOf>;

/** Entry points for gossip, requests of peers, and the coordinator's streams; all go through the same receivers. */
export function inboundOf(sharing: Sharing) {
  const { controlLog, holder, indicators, keys, receiver, store } = sharing;
  return {
    /** @returns what gossip does with the message: forward, drop, or drop and hold against the sender */
    async gossip(topic: TopicName, from: PeerIdText, bytes: Uint8Array): Promise<Verdict> {
      try {
        return await gossipOf(topic, from, bytes, sharing);
      } catch (error) {
        return error instanceof ConcordatError ? error.verdict : 'ignore';
      }
    },

    async deliver(peerId: PeerIdText, envelope: SignedEnvelope): Promise<void> {
      // A pair's object comes from its author and from nobody else.
      if (envelope.authorPeerId !== peerId) throw sharingRefusal('SHARING_AUDIENCE', 'reject');
      try {
        await receiver.receiveEnvelope(envelope);
      } catch (error) {
        if (!isRefusal(error, 'SHARING_DUPLICATE')) throw error;
      }
    },

    grant: (peerId: PeerIdText, name: { readonly epoch: number; readonly generation: number }) =>
      keys.grant(name, peerId),

    evaluate(
      peerId: PeerIdText,
      request: { readonly epoch: number; readonly blinded: readonly Uint8Array[]; readonly done: boolean },
    ): { readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array } {
      const evaluation =
        request.blinded.length === 0
          ? { evaluated: [], proof: new Uint8Array(0) }
          : holder.evaluate(peerId, request.epoch, request.blinded);
      if (request.done) holder.markDone(peerId, request.epoch);
      return evaluation;
    },

    async heads(peerId: PeerIdText): Promise<readonly NodeHeads[]> {
      const byAuthor = Map.groupBy(await headsFor(store, peerId), ({ chain }) => chain.authorPeerId);
      return [...byAuthor].map(([author, states]) => ({
        peerId: author,
        heads: states.map(({ chain, head }) => ({ audience: chain.audience, incarnation: chain.incarnation, ...head })),
      }));
    },

    async range(peerId: PeerIdText, range: RangeRequest): Promise<readonly SignedEnvelope[]> {
      if (!mayServe(range.audience, range.authorPeerId, peerId)) return [];
      const last = Math.min(range.lastSequence, range.firstSequence + LIMITS.syncRangeEnvelopes - 1);
      const envelopes: SignedEnvelope[] = [];
      let bytes = 0;
      for await (const envelope of store.range(range, range.firstSequence, last)) {
        bytes += envelope.header.length + envelope.payload.length + 256;
        if (bytes > LIMITS.streamMessageBytes / 2 && envelopes.length > 0) break;
        envelopes.push(envelope);
      }
      return envelopes;
    },

    async statements(start: number): Promise<StatementsAnswer> {
      const entries = await controlLog.entries(start);
      return {
        start,
        entries,
        checkpoint: controlLog.checkpoint(),
        pending: controlLog.pending().slice(0, LIMITS.syncStatements),
      };
    },

    indicators: (cursor: number): Promise<readonly SignedIndicator[]> =>
      indicators.from(cursor, LIMITS.indicatorsPerAnswer),

    /** From the coordinator's stream of the control log. */
    control: (start: number, entries: readonly Uint8Array[], checkpoint: Uint8Array) =>
      controlLog.offer(start, entries, checkpoint),

    /** From the coordinator's stream of indicators. */
    async indicator(signed: SignedIndicator): Promise<void> {
      try {
        await indicators.receive(signed);
      } catch (error) {
        if (!isRefusal(error, 'SHARING_DUPLICATE')) throw error;
      }
    },
  };
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
      return (await controlLog.compare(item.value)) ? 'accept' : 'reject';
    case undefined:
      return 'reject';
  }
}

/** One that is ahead of us is good for others too; what lies between is fetched from whoever passed it on. */
async function takeIndicator(from: PeerIdText, bytes: Uint8Array, sharing: Sharing): Promise<Verdict> {
  try {
    await sharing.indicators.receive(decodeSignedIndicator(bytes, LIMITS.gossipMessageBytes));
    return 'accept';
  } catch (error) {
    if (!isRefusal(error, 'SHARING_GAP')) throw error;
    void sharing.catchUp(from);
    return 'accept';
  }
}
