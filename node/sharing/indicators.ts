import { toHex } from '../../crypto/bytes.ts';
import { unwrapContentKey } from '../../crypto/flag/content-key.ts';
import { openPayload } from '../../crypto/flag/layers.ts';
import { CompactTree } from '../../crypto/merkle.ts';
import { decodeSignedIndicator, encodeSignedIndicator } from '../../proto/codec/indicator.ts';
import { decodeFlagPayload } from '../../proto/codec/payload.ts';
import type { FlagPayload, Indicator, IndicatorPart, SignedIndicator } from '../../proto/domain/exchange.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { flagId } from './flag-store.ts';
import type { Flags } from './flags.ts';
import { entryWrites, erasureWrites, IndicatorBook, type IndicatorEntry } from './indicator-book.ts';
import { agreesWithLeaves, type IndicatorTrust, type OpenedIndicator, openIndicator } from './indicator-verify.ts';
import { MEMBERS, SHARED } from './markings.ts';
import type { MemberKeys } from './member-keys.ts';
import { KeyedMutex } from './mutex.ts';
import type { BusinessTime, Directory } from './ports.ts';
import { sharingRefusal } from './refusal.ts';

export type IndicatorsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly keys: MemberKeys;
  readonly flags: Flags;
  readonly businessTime: BusinessTime;
  readonly clock: Clock;
  readonly log: Log;
  readonly trust: IndicatorTrust;
  /** Passed on over the mesh: members whom the coordinator does not reach get it from us. */
  readonly passOn: (signed: Uint8Array) => void;
  /** A new indicator is usable from now on: alerts that it touches may be judged anew. */
  readonly onOpened: (entry: IndicatorEntry) => void;
  /** An indicator was taken back and erased here; the coordinator is owed an answer. */
  readonly onErased: (indicatorId: Uint8Array, position: number) => void;
};

const POSITION_DIGITS = 12;

/**
 * Indicators as they come, from the coordinator's stream or from peers: verified from themselves and the genesis,
 * taken in the order of their log, read with the member keys, kept with provenance and expiry. One whose member key
 * has not come yet is kept sealed and read when it has.
 */
export class Indicators {
  readonly #deps: IndicatorsDeps;
  readonly #tree = new CompactTree();
  readonly #mutex = new KeyedMutex();
  readonly book: IndicatorBook;

  private constructor(deps: IndicatorsDeps) {
    this.#deps = deps;
    this.book = new IndicatorBook(deps.ledger);
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
   * Takes the next indicator of the log. Durable on return.
   * @throws SHARING_DUPLICATE, SHARING_GAP (verdict accept: fetch what is missing), SHARING_INDICATOR,
   *         SHARING_CHECKPOINT, CRYPTO_CHECKPOINT, WIRE_*
   */
  async receive(signed: SignedIndicator): Promise<void> {
    await this.#mutex.run('log', async () => {
      const opened = openIndicator(signed, this.#deps.trust);
      if (signed.position < this.cursor()) throw sharingRefusal('SHARING_DUPLICATE');
      if (signed.position > this.cursor()) throw sharingRefusal('SHARING_GAP', 'accept', { cursor: this.cursor() });
      const tree = this.#tree.copy();
      tree.append(opened.leafHash);
      if (!agreesWithLeaves(tree, opened.treeSize, opened.root)) throw sharingRefusal('SHARING_CHECKPOINT', 'reject');
      await this.#keep(signed, opened);
      this.#tree.append(opened.leafHash);
    });
    this.#deps.passOn(encodeSignedIndicator(signed));
  }

  /** Signed indicators for a peer that is behind. */
  async from(cursor: number, limit: number): Promise<readonly SignedIndicator[]> {
    const found: SignedIndicator[] = [];
    const range = { from: `signed/${positionText(cursor)}`, to: 'signed/:', limit };
    for await (const record of this.#deps.ledger.list('indicator', range, this.#deps.viewer))
      found.push(decodeSignedIndicator(record.value, record.value.length));
    return found;
  }

  /** Reads those that were kept sealed and can be opened now. */
  async openSealed(): Promise<void> {
    await this.#mutex.run('log', async () => {
      for await (const record of this.#deps.ledger.list('indicator', { prefix: 'sealed/' }, this.#deps.viewer)) {
        const position = record.key.slice('sealed/'.length);
        const kept = await this.#deps.ledger.get('indicator', `signed/${position}`, this.#deps.viewer);
        const signed = kept === undefined ? undefined : decodeSignedIndicator(kept.value, kept.value.length);
        const indicator = signed === undefined ? undefined : openIndicator(signed, this.#deps.trust).indicator;
        const entry = indicator === undefined ? undefined : await this.#read(indicator);
        if (entry === undefined) continue;
        await this.#deps.ledger.commit({
          writes: [...entryWrites(entry), { space: 'indicator', key: record.key, value: null, marking: MEMBERS }],
          audit: [],
        });
        await this.#announce(entry);
      }
    });
  }

  async #keep(signed: SignedIndicator, opened: OpenedIndicator): Promise<void> {
    const { clock, ledger } = this.#deps;
    const position = positionText(signed.position);
    const base: LedgerWrite[] = [
      { space: 'indicator', key: `leaf/${position}`, value: opened.leafHash, marking: MEMBERS, ifAbsent: true },
      { space: 'indicator', key: `signed/${position}`, value: encodeSignedIndicator(signed), marking: SHARED },
    ];
    if (opened.indicator === undefined) {
      await ledger.commit({ writes: base, audit: [] });
      return;
    }
    const { indicator } = opened;
    const withdrawal = await this.#withdrawalWrites(indicator);
    const entry = indicator.withdrawn ? undefined : await this.#read(indicator);
    const contents = entry === undefined ? this.#sealedMark(indicator, position) : entryWrites(entry);
    const pointer: LedgerWrite = {
      space: 'indicator',
      key: `position/${toHex(indicator.indicatorId)}`,
      value: Buffer.from(position),
      marking: MEMBERS,
    };
    const audit = [
      sharingEntry(clock.nowMs(), 'sharing', 'indicator.received', `indicator:${toHex(indicator.indicatorId)}`),
    ];
    await ledger.commit({ writes: [...base, pointer, ...contents, ...withdrawal.writes], audit });
    if (withdrawal.erased) this.#deps.onErased(indicator.replaces, signed.position);
    if (entry !== undefined) await this.#announce(entry);
  }

  #sealedMark(indicator: Indicator, position: string): LedgerWrite[] {
    return indicator.withdrawn
      ? []
      : [{ space: 'indicator', key: `sealed/${position}`, value: new Uint8Array(0), marking: MEMBERS }];
  }

  async #announce(entry: IndicatorEntry): Promise<void> {
    await this.#deps.flags.markOpened(flagId(entry));
    this.#deps.onOpened(entry);
  }

  /** Erases the indicator that this one replaces: entry, content keys and payloads; its place in the log stays. */
  async #withdrawalWrites(
    indicator: Indicator,
  ): Promise<{ readonly writes: readonly LedgerWrite[]; readonly erased: boolean }> {
    if (indicator.replaces.length === 0) return { writes: [], erased: false };
    const { businessTime, ledger, viewer } = this.#deps;
    const id = toHex(indicator.replaces);
    const pointer = await ledger.get('indicator', `position/${id}`, viewer);
    if (pointer === undefined) return { writes: [], erased: false };
    const position = Buffer.from(pointer.value).toString();
    const kept = await ledger.get('indicator', `signed/${position}`, viewer);
    const entry = await this.book.byId(indicator.replaces, viewer);
    const writes: LedgerWrite[] = [{ space: 'indicator', key: `sealed/${position}`, value: null, marking: MEMBERS }];
    if (kept !== undefined)
      writes.push({
        space: 'indicator',
        key: `signed/${position}`,
        value: erasedForm(kept.value, this.#deps.trust),
        marking: SHARED,
      });
    if (entry !== undefined) writes.push(...erasureWrites({ ...entry, withdrawnAtMs: businessTime.nowMs() }));
    return { writes, erased: true };
  }

  /** What the parts say, when enough of them can be read and agree; undefined while a member key is missing. */
  async #read(indicator: Indicator): Promise<IndicatorEntry | undefined> {
    const { businessTime, directory, flags, log } = this.#deps;
    const payloads = indicator.parts.flatMap((part) => this.#payload(part, indicator.epoch) ?? []);
    const agreed = mostAgreed(payloads);
    const needed = directory.policy()?.flags.threshold ?? 2;
    if (agreed.length < needed) {
      log.warn(
        { parts: indicator.parts.length, readable: payloads.length, agreed: agreed.length },
        'indicator cannot be read yet',
      );
      return undefined;
    }
    const [first] = agreed;
    if (first === undefined) return undefined;
    const nowMs = businessTime.nowMs();
    const own = await flags.get(flagId(first));
    return {
      indicatorId: toHex(indicator.indicatorId),
      identifierType: first.identifierType,
      identifier: first.identifier,
      holderAgency: first.holderAgency,
      epoch: indicator.epoch,
      groupCount: indicator.groupCount,
      typologies: [...new Set(agreed.flatMap((payload) => payload.typologies))].sort(),
      firstSeenMs: Math.min(...agreed.map((payload) => payload.firstSeenMs)),
      lastSeenMs: Math.max(...agreed.map((payload) => payload.lastSeenMs)),
      ownContribution: own?.sent.some((sending) => sending.epoch === indicator.epoch) === true,
      knownAtMs: nowMs,
      expiresAtMs: nowMs + (directory.policy()?.flags.indicatorLifeMs ?? 0),
      withdrawnAtMs: null,
    };
  }

  #payload(part: IndicatorPart, epoch: number): FlagPayload | undefined {
    for (const memberKey of this.#deps.keys.forReading(part)) {
      try {
        const contentKey = unwrapContentKey({
          epoch: part.epoch,
          generation: part.generation,
          memberKey,
          wrappedKey: part.wrappedKey,
        });
        const bytes = openPayload({ contentKey, sealedPayload: part.sealedPayload, epoch });
        const payload = decodeFlagPayload(bytes, bytes.length);
        return payload.epoch === epoch ? payload : undefined;
      } catch (error) {
        // Of two keys for one name only one opens it; a part that none opens counts as unreadable.
        if (!isRefusal(error)) throw error;
      }
    }
    return undefined;
  }
}

/** A member that puts another identifier under the same tag is outvoted. */
function mostAgreed(payloads: readonly FlagPayload[]): readonly FlagPayload[] {
  const groups = [...Map.groupBy(payloads, flagId).values()];
  return groups.sort((one, other) => other.length - one.length)[0] ?? [];
}

function erasedForm(bytes: Uint8Array, trust: IndicatorTrust): Uint8Array {
  const signed = decodeSignedIndicator(bytes, bytes.length);
  if (signed.leaf.length > 0) return bytes;
  const none = new Uint8Array(0);
  return encodeSignedIndicator({
    ...signed,
    indicator: none,
    signature: none,
    salt: none,
    leaf: openIndicator(signed, trust).commitment,
  });
}

function positionText(position: number): string {
  return String(position).padStart(POSITION_DIGITS, '0');
}
