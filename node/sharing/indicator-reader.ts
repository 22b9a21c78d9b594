import { toHex } from '../../crypto/bytes.ts';
import { unwrapContentKey } from '../../crypto/flag/content-key.ts';
import { openPayload } from '../../crypto/flag/layers.ts';
import { decodeFlagPayload } from '../../proto/codec/payload.ts';
import type { FlagPayload, Indicator, IndicatorPart } from '../../proto/domain/exchange.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { canonicalIdentifier, flagId } from './flag-store.ts';
import type { Flags } from './flags.ts';
import type { IndicatorEntry } from './indicator-book.ts';
import type { MemberKeys } from './member-keys.ts';
import type { BusinessTime, Directory } from './ports.ts';

export type IndicatorReaderDeps = {
  readonly directory: Pick<Directory, 'policy'>;
  readonly keys: Pick<MemberKeys, 'forReading'>;
  readonly flags: Pick<Flags, 'get'>;
  readonly businessTime: BusinessTime;
  readonly log: Log;
};

/** Reads what contributors put under the outer layer, with the member keys held here. */
export class IndicatorReader {
  readonly #deps: IndicatorReaderDeps;

  constructor(deps: IndicatorReaderDeps) {
    this.#deps = deps;
  }

  /**
   * What the parts say, when as many as policy's k can be read and agree; undefined otherwise. A member that puts
   * another identifier under a tag is outvoted.
   */
  async read(indicator: Indicator): Promise<IndicatorEntry | undefined> {
    const { businessTime, directory, flags, log } = this.#deps;
    const payloads = indicator.parts.flatMap((part) => this.#payload(part, indicator.epoch) ?? []);
    const agreed = mostAgreed(payloads);
    const [first] = agreed;
    if (first === undefined || agreed.length < (directory.policy()?.flags.threshold ?? 2)) {
      const facts = { parts: indicator.parts.length, readable: payloads.length, agreed: agreed.length };
      log.warn(facts, 'indicator cannot be read yet');
      return undefined;
    }
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
    };
  }

  #payload(part: IndicatorPart, epoch: number): FlagPayload | undefined {
    for (const memberKey of this.#deps.keys.forReading(part)) {
      try {
        const { epoch: keyEpoch, generation, wrappedKey } = part;
        const contentKey = unwrapContentKey({ epoch: keyEpoch, generation, memberKey, wrappedKey });
        const bytes = openPayload({ contentKey, sealedPayload: part.sealedPayload, epoch });
        const payload = decodeFlagPayload(bytes, bytes.length);
        const isNamed = canonicalIdentifier(payload.identifierType, payload.identifier) !== undefined;
        return isNamed && payload.epoch === epoch ? payload : undefined;
      } catch (error) {
        // Of two keys for one name only one opens it; a part that none opens counts as unreadable.
        if (!isRefusal(error)) throw error;
      }
    }
    return undefined;
  }
}

function mostAgreed(payloads: readonly FlagPayload[]): readonly FlagPayload[] {
  const groups = [...Map.groupBy(payloads, flagId).values()];
  return groups.sort((one, other) => other.length - one.length)[0] ?? [];
}
