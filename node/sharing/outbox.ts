import { fromHex, toHex } from '../../crypto/bytes.ts';
import type { EnvelopeHeader } from '../../proto/domain/envelope.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';
import type { EnvelopeStore } from './envelope-store.ts';
import type { EnvelopeSink } from './ports.ts';
import type { Viewer } from '../../proto/domain/marking.ts';

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

export type OutboxDeps = {
  readonly ledger: Ledger;
  readonly store: EnvelopeStore;
  readonly viewer: Viewer;
  /** The sink of a name, undefined while it cannot be reached. */
  readonly sink: (name: SinkName) => EnvelopeSink | undefined;
  readonly log: Log;
  /** Objects under way to one sink at a time. */
  readonly window: number;
};

/**
 * Delivers what waits, per sink in order, at least once; recipients drop duplicates. A sink that fails keeps its rows
 * for the next round; one that refuses an object for good loses that row, which is logged.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Starts a round, or another one after that which runs. Resolves when nothing that can leave waits. */
  kick(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => undefined);
  }

  async #loop(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const rows = new Map<SinkName, { key: string; hash: Uint8Array }[]>();
      for await (const record of this.#deps.ledger.list('outbox', {}, this.#deps.viewer)) {
        const sink = record.key.slice(0, record.key.indexOf('/')) as SinkName;
        const waiting = rows.get(sink) ?? [];
        waiting.push({ key: record.key, hash: fromHex(Buffer.from(record.value).toString()) });
        rows.set(sink, waiting);
      }
      await Promise.all([...rows].map(([name, waiting]) => this.#drain(name, waiting)));
    }
  }

  async #drain(name: SinkName, rows: readonly { key: string; hash: Uint8Array }[]): Promise<void> {
    for (let start = 0; start < rows.length && !this.#stopped; start += this.#deps.window) {
      const sink = this.#deps.sink(name);
      if (sink === undefined) return;
      const results = await Promise.all(
        rows.slice(start, start + this.#deps.window).map((row) => this.#deliver(sink, name, row)),
      );
      if (results.includes(false)) return;
    }
  }

  async #deliver(sink: EnvelopeSink, name: SinkName, row: { key: string; hash: Uint8Array }): Promise<boolean> {
    const envelope = await this.#deps.store.getByHash(row.hash);
    try {
      if (envelope !== undefined) await sink.send(envelope);
    } catch (error) {
      if (!isRefusal(error) || error.verdict !== 'reject') return false;
      this.#deps.log.warn({ sink: name.split(':')[0], code: error.code }, 'object refused by its recipient');
    }
    await this.#deps.ledger.commit({
      writes: [{ space: 'outbox', key: row.key, value: null, marking: MEMBERS }],
      audit: [],
    });
    return true;
  }
}
