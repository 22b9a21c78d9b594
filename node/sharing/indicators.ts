import { toHex } from '../../crypto/bytes.ts';
import { CompactTree } from '../../crypto/merkle.ts';
import { decodeSignedIndicator, encodeSignedIndicator } from '../../proto/codec/indicator.ts';
import type { Indicator, SignedIndicator } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { flagId } from './flag-store.ts';
import type { Flags } from './flags.ts';
import type { IndicatorBook, IndicatorEntry } from './indicator-book.ts';
import type { IndicatorReader } from './indicator-reader.ts';
import { note, positionText, replacedBy } from './indicator-rows.ts';
import { agreesWithLeaves, type IndicatorTrust, type OpenedIndicator, openIndicator } from './indicator-verify.ts';
import { SHARED } from './markings.ts';
import type { MemberKeys } from './member-keys.ts';
import { KeyedMutex } from './mutex.ts';
import { sharingRefusal } from './refusal.ts';

export type IndicatorsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly book: IndicatorBook;
  readonly reader: IndicatorReader;
  readonly keys: Pick<MemberKeys, 'revision'>;
  readonly flags: Flags;
  readonly clock: Clock;
  readonly log: Log;
  readonly trust: IndicatorTrust;
  /** Passed on over the mesh: members whom the coordinator does not reach get it from us. */
  readonly passOn: (signed: Uint8Array) => void;
  /** An indicator is usable from now on: alerts that it touches may be judged anew. Told again until it resolves. */
  readonly onOpened: (entry: IndicatorEntry) => void | Promise<void>;
  /** Rows by which the coordinator gets a signed answer: contents that were taken back are erased here. */
  readonly answerRows: (indicatorId: Uint8Array) => readonly LedgerWrite[];
};

/** Who brought it: of whom an erased form may be believed differs. */
export type IndicatorSource = 'coordinator' | 'peer' | 'gossip';

/**
 * Indicators as they come, from the coordinator's stream or from peers: verified from themselves and the genesis,
 * taken in the order of their log, read with the member keys, kept with provenance and expiry. One whose member key
 * has not come yet is kept sealed and read when it has.
 */
export class Indicators {
  readonly #deps: IndicatorsDeps;
  readonly #tree = new CompactTree();
  readonly #mutex = new KeyedMutex();
  #triedWith = -1;
  readonly book: IndicatorBook;

  private constructor(deps: IndicatorsDeps) {
    this.#deps = deps;
    this.book = deps.book;
  }

  static async open(deps: IndicatorsDeps): Promise<Indicators> {
    const indicators = new Indicators(deps);
    for await (const record of deps.ledger.list('indicator', { prefix: 'leaf/' }, deps.viewer))
      indicators.#tree.append(record.value);
    return indicators;
  }

  /** Position of the next indicator wanted. */
  cursor(): number {
    return this.#tree.size;
  }

  /**
   * Takes the next indicator of the log, or the contents of one that came without. Durable on return.
   * @throws SHARING_DUPLICATE, SHARING_GAP (verdict accept: fetch what is missing), SHARING_INDICATOR,
   *         SHARING_CHECKPOINT, CRYPTO_CHECKPOINT, WIRE_*
   */
  async receive(signed: SignedIndicator, source: IndicatorSource): Promise<void> {
    const opened = openIndicator(signed, this.#deps.trust);
    const isErased = opened.indicator === undefined;
    // Nobody passes on the erased form of what he has; whoever does cuts the others off from it.
    if (isErased && source === 'gossip') throw sharingRefusal('SHARING_INDICATOR', 'reject', { part: 'erased' });
    await this.#mutex.run('log', async () => {
      if (signed.position < this.cursor()) return this.#fill(signed, opened);
      if (signed.position > this.cursor()) throw sharingRefusal('SHARING_GAP', 'accept', { cursor: this.cursor() });
      const tree = this.#tree.copy();
      tree.append(opened.leafHash);
      if (!agreesWithLeaves(tree, opened.treeSize, opened.root)) await this.#refuse(signed);
      await this.#keep(signed, opened, source);
      this.#tree.append(opened.leafHash);
    });
    await this.#announceFresh();
    if (!isErased) this.#deps.passOn(encodeSignedIndicator(signed));
  }

  /** Signed indicators for a peer that is behind, as many as one answer may hold. */
  async from(cursor: number, limit: number, bytes: number): Promise<readonly SignedIndicator[]> {
    const found: SignedIndicator[] = [];
    let taken = 0;
    const range = { from: `signed/${positionText(cursor)}`, to: 'signed/:', limit };
    for await (const { value } of this.#deps.ledger.list('indicator', range, this.#deps.viewer)) {
      taken += value.length;
      if (taken > bytes && found.length > 0) break;
      found.push(decodeSignedIndicator(value, value.length));
    }
    return found;
  }

  /** Positions whose contents a peer gave without, so that others are asked. */
  async hollow(limit: number): Promise<readonly number[]> {
    const positions: number[] = [];
    for await (const { key } of this.#deps.ledger.list('indicator', { prefix: 'hollow/', limit }, this.#deps.viewer))
      positions.push(Number(key.slice('hollow/'.length)));
    return positions;
  }

  /** Reads those that were kept sealed, when a key has come since; tells again what was not heard. */
  async tick(): Promise<void> {
    const revision = this.#deps.keys.revision();
    if (revision !== this.#triedWith) await this.#mutex.run('log', () => this.#readSealed());
    this.#triedWith = revision;
    await this.#announceFresh();
  }

  async #readSealed(): Promise<void> {
    const { book, ledger, reader, trust, viewer } = this.#deps;
    for await (const { key } of ledger.list('indicator', { prefix: 'sealed/' }, viewer)) {
      const position = key.slice('sealed/'.length);
      const kept = await ledger.get('indicator', `signed/${position}`, viewer);
      const signed = kept === undefined ? undefined : decodeSignedIndicator(kept.value, kept.value.length);
      const indicator = signed === undefined ? undefined : openIndicator(signed, trust).indicator;
      const entry = indicator === undefined ? undefined : await reader.read(indicator);
      if (entry === undefined) continue;
      const writes = [...book.writes(entry), note(`fresh/${entry.indicatorId}`), note(key, null)];
      await ledger.commit({ writes, audit: [] });
    }
  }

  async #keep(signed: SignedIndicator, opened: OpenedIndicator, source: IndicatorSource): Promise<void> {
    const position = positionText(signed.position);
    const leaf = { ...note(`leaf/${position}`, opened.leafHash), ifAbsent: true };
    // The coordinator published it and may take it back; a peer's word alone does not show that it did.
    const hollow = opened.indicator === undefined && source === 'peer' ? [note(`hollow/${position}`)] : [];
    await this.#commit(signed, opened.indicator, [leaf, ...hollow]);
  }

  /** Contents for a place that had none, when they are those that the log committed to. */
  async #fill(signed: SignedIndicator, opened: OpenedIndicator): Promise<void> {
    const { ledger, viewer } = this.#deps;
    const hollow = note(`hollow/${positionText(signed.position)}`, null);
    const leaf = await ledger.get('indicator', `leaf/${positionText(signed.position)}`, viewer);
    const isWanted =
      opened.indicator !== undefined &&
      (await ledger.get('indicator', hollow.key, viewer)) !== undefined &&
      toHex(leaf?.value ?? new Uint8Array(0)) === toHex(opened.leafHash);
    if (!isWanted) throw sharingRefusal('SHARING_DUPLICATE');
    await this.#commit(signed, opened.indicator, [hollow]);
  }

  /** One unit: its place in the log, what it says, and the end of what it replaces. */
  async #commit(
    signed: SignedIndicator,
    indicator: Indicator | undefined,
    writes: readonly LedgerWrite[],
  ): Promise<void> {
    const { book, clock, flags, ledger, reader } = this.#deps;
    const position = positionText(signed.position);
    const stored = { ...note(`signed/${position}`, encodeSignedIndicator(signed)), marking: SHARED };
    if (indicator === undefined) {
      await ledger.commit({ writes: [stored, ...writes], audit: [] });
      return;
    }
    const id = toHex(indicator.indicatorId);
    const replaced = await replacedBy(indicator, this.#deps);
    const entry = indicator.withdrawn ? undefined : await reader.read(indicator);
    const contents = entry === undefined ? [] : [...book.writes(entry), note(`fresh/${id}`)];
    const sealed = entry === undefined && !indicator.withdrawn ? [note(`sealed/${position}`)] : [];
    const pointer = note(`position/${id}`, Buffer.from(position));
    await ledger.commit({
      writes: [stored, ...writes, pointer, ...replaced.writes, ...contents, ...sealed],
      audit: [sharingEntry(clock.nowMs(), 'sharing', 'indicator.received', `indicator:${id}`)],
    });
    if (indicator.withdrawn && replaced.entry !== undefined) await flags.markUnopened(flagId(replaced.entry));
  }

  /** Tells of each usable indicator until it was heard: a process that ends in between tells it when it is back. */
  async #announceFresh(): Promise<void> {
    const { book, flags, ledger, onOpened, viewer } = this.#deps;
    await this.#mutex.run('announce', async () => {
      for await (const { key } of ledger.list('indicator', { prefix: 'fresh/' }, viewer)) {
        const entry = await book.byId(Buffer.from(key.slice('fresh/'.length), 'hex'), viewer);
        if (entry !== undefined) {
          await flags.markOpened(flagId(entry));
          await onOpened(entry);
        }
        await ledger.commit({ writes: [note(key, null)], audit: [] });
      }
    });
  }

  /** Two signed trees that disagree convict the log: the one that came is kept beside ours. */
  async #refuse(signed: SignedIndicator): Promise<never> {
    const { clock, ledger, log, viewer } = this.#deps;
    const key = `evidence/${positionText(signed.position)}`;
    if ((await ledger.get('indicator', key, viewer)) === undefined) {
      const code = 'SHARING_CHECKPOINT';
      const entry = sharingEntry(clock.nowMs(), 'sharing', 'checkpoint.refused', 'log:indicators', {
        outcome: 'refused',
        code,
      });
      await ledger.commit({ writes: [note(key, encodeSignedIndicator(signed))], audit: [entry] });
      log.error({ position: signed.position }, 'an indicator stands in a tree that is not the one held; both are kept');
    }
    throw sharingRefusal('SHARING_CHECKPOINT', 'reject', { position: signed.position });
  }
}
