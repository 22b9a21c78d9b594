import { fromHex, toHex } from '../../crypto/bytes.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { EnvelopeHeader, SignedEnvelope } from '../../proto/domain/envelope.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import type { EnvelopeStore } from './envelope-store.ts';
import { MEMBERS } from './markings.ts';
import type { EnvelopeSink } from './ports.ts';
import { REFUSED_OBJECTS } from './refused-objects.ts';
import { isFinalRefusal } from './refusal.ts';

/** Where an object goes: gossip, the coordinator, or one peer. */
export type SinkName = 'gossip' | 'coordinator' | `peer:${string}`;

const SEQUENCE_DIGITS = 12;

/** Outbox rows of an object, one a sink; deleted when the sink has it. */
export function outboxRows(headerHash: Uint8Array, header: EnvelopeHeader, sinks: readonly SinkName[]): LedgerWrite[] {
  const sequence = String(header.sequence).padStart(SEQUENCE_DIGITS, '0');
  return sinks.map((sink) => ({
    space: 'outbox',
    key: `${sink}/${String(header.issuedAtMs).padStart(15, '0')}/${sequence}/${toHex(headerHash).slice(0, 16)}`,
    value: Buffer.from(toHex(headerHash)),
    marking: header.marking,
  }));
}

/** Whether an object still waits for a sink. */
export async function waitsFor(
  ledger: Ledger,
  viewer: Viewer,
  sink: SinkName,
  headerHash: Uint8Array,
): Promise<boolean> {
  const hash = toHex(headerHash);
  for await (const { value } of ledger.list('outbox', { prefix: `${sink}/` }, viewer))
    if (Buffer.from(value).toString() === hash) return true;
  return false;
}

/** A sink that can be reached now. */
export type ReachableSink = EnvelopeSink & {
  readonly name: SinkName;
  /** Objects under way at a time: 1 where each must have arrived before the next is of use. */
  readonly window: number;
  /** Codes after which the same object would be refused again, beside a refusal that says so itself. */
  readonly isFinal: (code: string) => boolean;
};

export type OutboxDeps = {
  readonly ledger: Ledger;
  readonly store: EnvelopeStore;
  readonly viewer: Viewer;
  readonly clock: Clock;
  /** Sinks that can be reached; none while nothing may leave. */
  readonly sinks: () => readonly ReachableSink[];
  /** Whether a sink gets an object now, later, or not at all. */
  readonly fateOf: (name: SinkName, envelope: SignedEnvelope, header: EnvelopeHeader) => Promise<Fate>;
  /** What else is written once a sink has an object. */
  readonly onDelivered: (name: SinkName, envelope: SignedEnvelope, header: EnvelopeHeader) => Promise<LedgerWrite[]>;
  readonly log: Log;
};

export type Fate = 'send' | 'wait' | 'drop';

type Row = { readonly key: string; readonly hash: Uint8Array };

/**
 * Delivers what waits, per sink in order, at least once; recipients drop duplicates. A sink that fails keeps its rows
 * for the next round; one that refuses an object for good loses that row, which is logged, audited and kept. Of a sink that cannot be
 * reached nothing is read.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #draining = new Map<SinkName, Promise<void>>();
  readonly #again = new Set<SinkName>();
  readonly #stopping = Promise.withResolvers<never>();
  #stopped = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    // Nobody may be waiting when it is rejected.
    this.#stopping.promise.catch(() => undefined);
  }

  /** Drains these sinks, or all, as far as they can be reached. Resolves when nothing that can leave waits. Never throws. */
  async kick(names?: readonly SinkName[]): Promise<void> {
    const sinks = this.#deps.sinks().filter(({ name }) => names?.includes(name) ?? true);
    await Promise.all(sinks.map((sink) => this.#begin(sink)));
  }

  /** Waits for no recipient: what is under way keeps its row, and is sent again when the node is back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.reject(new Error('the outbox was stopped'));
    await Promise.all(this.#draining.values());
  }

  /** One at a time per sink; a kick meanwhile makes another pass. */
  #begin(sink: ReachableSink): Promise<void> {
    this.#again.add(sink.name);
    const draining = this.#draining.get(sink.name);
    if (draining !== undefined) return draining;
    const begun = this.#passes(sink).finally(() => this.#draining.delete(sink.name));
    this.#draining.set(sink.name, begun);
    return begun;
  }

  async #passes(sink: ReachableSink): Promise<void> {
    try {
      while (this.#again.delete(sink.name) && !this.#stopped) await this.#drain(sink);
    } catch (error) {
      const problem = error instanceof Error ? error.name : typeof error;
      this.#deps.log.error({ sink: kindOf(sink.name), problem }, 'outbox could not be read or written');
    }
  }

  async #drain(sink: ReachableSink): Promise<void> {
    const isReachable = (): boolean => this.#deps.sinks().some(({ name }) => name === sink.name);
    while (!this.#stopped && isReachable()) {
      const rows = await this.#rows(sink);
      const results = await Promise.all(rows.map((row) => this.#deliver(sink, row)));
      if (rows.length === 0 || results.includes(false)) return;
    }
  }

  async #rows({ name, window }: ReachableSink): Promise<readonly Row[]> {
    const rows: Row[] = [];
    const range = { prefix: `${name}/`, limit: window };
    for await (const { key, value } of this.#deps.ledger.list('outbox', range, this.#deps.viewer))
      rows.push({ key, hash: fromHex(Buffer.from(value).toString()) });
    return rows;
  }

  /** @returns whether the row is done with */
  async #deliver(sink: ReachableSink, row: Row): Promise<boolean> {
    const { clock, fateOf, ledger, log, onDelivered, store } = this.#deps;
    const envelope = await store.getByHash(row.hash);
    const header = envelope === undefined ? undefined : decodeHeader(envelope.header);
    const writes: LedgerWrite[] = [{ space: 'outbox', key: row.key, value: null, marking: MEMBERS }];
    const audit: AuditEntry[] = [];
    if (envelope !== undefined && header !== undefined) {
      const fate = header.expiresAtMs < clock.nowMs() ? 'drop' : await fateOf(sink.name, envelope, header);
      if (fate === 'wait') return false;
      try {
        if (fate === 'send') await Promise.race([sink.send(envelope), this.#stopping.promise]);
      } catch (error) {
        const code = error instanceof ConcordatError ? error.code : 'FAULT';
        if (this.#stopped || !(isFinalRefusal(error) || sink.isFinal(code))) return false;
        log.warn({ sink: kindOf(sink.name), code }, 'object refused by its recipient');
        const [atMs, object] = [clock.nowMs(), toHex(row.hash)];
        writes.push(REFUSED_OBJECTS.put({ headerHash: object, sink: sink.name, code, atMs }));
        audit.push(sharingEntry(atMs, sink.name, 'object.refused', `object:${object}`, { outcome: 'refused', code }));
      }
      writes.push(...(await onDelivered(sink.name, envelope, header)));
    }
    await ledger.commit({ writes, audit });
    return true;
  }
}

function kindOf(name: SinkName): string {
  return name.split(':')[0] ?? name;
}
