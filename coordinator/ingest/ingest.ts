import type { Membership } from '../../config/policy/membership.ts';
import type { Member } from '../../config/policy/state.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { equalBytes, toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { encodeEnvelope } from '../../proto/codec/envelope.ts';
import type { Audience, EnvelopeKind, SignedEnvelope } from '../../proto/domain/envelope.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import { coordinatorError } from '../errors.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import type { Turns } from '../turns.ts';
import { type AuthenticEnvelope, authenticate } from './authenticity.ts';
import { assertAudience, assertPayload, contentProblem } from './content.ts';
import { decodeEnvelopeRecord, envelopeKey, envelopeWrite, withoutPayload } from './envelope-record.ts';
import type { Heads } from './heads.ts';
import { IngestUnit } from './ingest-unit.ts';
import type { IngestMetrics } from './metrics.ts';
import { placementOf, startOf } from './position.ts';
import type { Receiver } from './reception.ts';

/** What became of an object. All of them are durable when they are told. */
export type Outcome =
  | {
      readonly kind: 'acknowledged';
      readonly audience: Audience;
      readonly incarnation: number;
      readonly sequence: number;
    }
  | { readonly kind: 'refused'; readonly headerHash: Uint8Array; readonly code: string }
  /** Not judged: the author has to look up what is held and to send from there. */
  | { readonly kind: 'out_of_turn'; readonly code: string };

export type IngestDeps = {
  readonly store: CoordinatorStore;
  readonly membership: Membership;
  readonly heads: Heads;
  readonly turns: Turns;
  readonly receivers: Partial<Record<EnvelopeKind, Receiver>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: IngestMetrics;
};

type Waiting = {
  readonly peerId: PeerIdText;
  readonly envelopes: readonly SignedEnvelope[];
  readonly resolve: (outcomes: readonly Outcome[]) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * The one way in for members' objects: authenticity, audience, place in the author's sequence, payload, dates, epoch,
 * policy, then what the kind does. Gathers what arrives on all streams and writes it in units, each durable before
 * anything in it is acknowledged.
 */
export class Ingest {
  readonly #deps: IngestDeps;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
  }

  /** Outcomes in the order of the objects. @throws STORE_*, COORDINATOR_BUSY: nothing may be taken as acknowledged */
  submit(peerId: PeerIdText, envelopes: readonly SignedEnvelope[]): Promise<readonly Outcome[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ peerId, envelopes, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        const outcomes = await this.#deps.turns.run(() => this.#takeAll(group));
        for (const [index, { resolve }] of group.entries()) resolve(outcomes[index] ?? []);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = false;
  }

  #takeGroup(): readonly Waiting[] {
    let objects = 0;
    const count = this.#waiting.findIndex(({ envelopes }) => (objects += envelopes.length) > LIMITS.ingestUnitObjects);
    return this.#waiting.splice(0, count === -1 ? this.#waiting.length : Math.max(1, count));
  }

  async #takeAll(group: readonly Waiting[]): Promise<readonly (readonly Outcome[])[]> {
    const unit = new IngestUnit(this.#deps);
    const outcomes: Outcome[][] = [];
    for (const { peerId, envelopes } of group) {
      const own: Outcome[] = [];
      for (const envelope of envelopes) own.push(await this.#takeOne(unit, peerId, envelope));
      outcomes.push(own);
    }
    await unit.commit();
    return outcomes;
  }

  async #takeOne(unit: IngestUnit, peerId: PeerIdText, envelope: SignedEnvelope): Promise<Outcome> {
    try {
      const { membership } = this.#deps;
      const sender = membership.node(peerId);
      if (sender === undefined || membership.isSuspended(peerId)) throw coordinatorError('CALL_SUSPENDED');
      const object = authenticate(envelope, sender, membership.federationId);
      assertAudience(object);
      const head = (await unit.head(object.header)) ?? startOf(membership, object.header);
      if (placementOf(membership, object, head) === 'earlier') return await this.#takeEarlier(unit, object);
      assertPayload(object);
      return await this.#takeNext(unit, object, sender);
    } catch (error) {
      if (!isRefusal(error) || error.code.startsWith('STORE_')) throw error;
      this.#deps.metrics.refused(error.code);
      if (error.code === 'INGEST_GAP') return { kind: 'out_of_turn', code: error.code };
      return { kind: 'refused', headerHash: headerHash(envelope.header), code: error.code };
    }
  }

  /** The same object again is acknowledged or refused as the first time; another one in its place is evidence. */
  async #takeEarlier(unit: IngestUnit, { envelope, header, headerHash }: AuthenticEnvelope): Promise<Outcome> {
    await unit.commit();
    const key = envelopeKey(header);
    const stored = await this.#deps.store.get('envelope', key);
    if (stored === undefined) throw coordinatorError('INGEST_INCARNATION');
    const before = decodeEnvelopeRecord(stored);
    if (equalBytes(before.envelope.header, envelope.header)) {
      return before.refusedWith === '' ? acknowledged(header) : refused(headerHash, before.refusedWith);
    }
    // One proof a place is enough; further objects for it say nothing new.
    if ((await this.#deps.store.get('equivocation', `${key}/1`)) === undefined) {
      unit.add({
        writes: [before.envelope, envelope].map((one, place) => ({
          space: 'equivocation',
          key: `${key}/${place}`,
          value: encodeEnvelope(withoutPayload(one)),
        })),
        audit: [this.#audit(header.authorPeerId, 'object.equivocation', toHex(headerHash), 'INGEST_EQUIVOCATION')],
      });
    }
    this.#deps.log.error({ peer: header.authorPeerId }, 'a member has signed two objects for one place; both are kept');
    throw coordinatorError('INGEST_EQUIVOCATION', { verdict: 'reject' });
  }

  async #takeNext(unit: IngestUnit, object: AuthenticEnvelope, sender: Member): Promise<Outcome> {
    const { header, headerHash, envelope } = object;
    const receiver = this.#deps.receivers[header.kind];
    if (receiver === undefined) throw coordinatorError('INGEST_AUDIENCE');
    const problem = contentProblem(object, sender, this.#deps.membership, this.#deps.clock.nowMs());
    if (problem !== undefined) return this.#takeRefused(unit, object, problem);
    // A kind with effects reads what is written, so what stands before it is written first.
    if (header.kind !== 'summary') await unit.commit();
    try {
      const { writes, audit, keepsPayload, after } = await receiver(object, sender);
      const kept = keepsPayload ? envelope : withoutPayload(envelope);
      unit.place(header, headerHash);
      unit.add({ writes: [envelopeWrite(envelopeKey(header), { envelope: kept, refusedWith: '' }), ...writes], audit });
      unit.after(() => {
        this.#deps.metrics.taken(header.kind);
        after();
      });
    } catch (error) {
      if (!isRefusal(error) || error.code.startsWith('STORE_')) throw error;
      return this.#takeRefused(unit, object, error.code);
    }
    if (header.kind !== 'summary') await unit.commit();
    return acknowledged(header);
  }

  #takeRefused(unit: IngestUnit, object: AuthenticEnvelope, code: string): Outcome {
    const { header, headerHash, envelope } = object;
    const record = { envelope: withoutPayload(envelope), refusedWith: code };
    unit.place(header, headerHash);
    unit.add({
      writes: [envelopeWrite(envelopeKey(header), record)],
      audit: [this.#audit(header.authorPeerId, 'object.refused', toHex(headerHash), code)],
    });
    this.#deps.metrics.refused(code);
    if (code === 'FLAGS_QUOTA') {
      this.#deps.log.warn({ peer: header.authorPeerId, epoch: header.epoch }, 'a member exceeds its quota of flags');
    }
    return refused(headerHash, code);
  }

  #audit(actor: PeerIdText, action: string, hash: string, code: string) {
    return auditEntry({ atMs: this.#deps.clock.nowMs(), actor, action, object: `envelope:${hash}`, code });
  }
}

function acknowledged({ audience, incarnation, sequence }: AuthenticEnvelope['header']): Outcome {
  return { kind: 'acknowledged', audience, incarnation, sequence };
}

function refused(headerHash: Uint8Array, code: string): Outcome {
  return { kind: 'refused', headerHash, code };
}
