import type { Clock, Log } from '../../proto/domain/runtime.ts';
import { parseCertificate } from '../../crypto/x509.ts';

export type RenewalDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Own certificate as of now, DER. */
  readonly certificate: () => Uint8Array;
  /** Gets the next one, checks it, keeps it and uses it. */
  readonly renew: () => Promise<void>;
};

/** After a failed attempt the next waits this long. */
const RETRY_MS = 60_000;

/** Renews the node's certificate from a third of its life on; a failure is tried again and hurts nothing until the end. */
export class Renewal {
  readonly #deps: RenewalDeps;
  #notBeforeMs = 0;
  /** Reading a certificate costs milliseconds, and this is asked every second. */
  #read: { readonly certificate: Uint8Array; readonly dueAtMs: number } | undefined;
  #under: Promise<void> | undefined;

  constructor(deps: RenewalDeps) {
    this.#deps = deps;
  }

  /** Whether a third of the certificate's life is over. */
  isDue(): boolean {
    const certificate = this.#deps.certificate();
    if (this.#read?.certificate !== certificate) {
      const { notAfterMs, notBeforeMs } = parseCertificate(certificate);
      this.#read = { certificate, dueAtMs: notBeforeMs + (notAfterMs - notBeforeMs) / 3 };
    }
    return this.#deps.clock.nowMs() >= this.#read.dueAtMs;
  }

  /** Called at an interval. */
  async tick(): Promise<void> {
    const { clock, log } = this.#deps;
    if (this.#under !== undefined || clock.nowMs() < this.#notBeforeMs || !this.isDue()) return;
    this.#notBeforeMs = clock.nowMs() + RETRY_MS;
    this.#under = this.#deps.renew();
    try {
      await this.#under;
      log.info({}, 'certificate renewed');
    } catch (error) {
      log.warn({ problem: error instanceof Error ? error.name : 'unknown' }, 'certificate not renewed');
    } finally {
      this.#under = undefined;
    }
  }
}
