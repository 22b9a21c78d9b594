import { LIMITS } from '../../../config/settings/limits.ts';
import type { Background } from '../background.ts';
import { FlagKeyHolder } from '../flag-key-holder.ts';
import { FlagRounds } from '../flag-rounds.ts';
import { FlagStore } from '../flag-store.ts';
import { FlagTagger } from '../flag-tagger.ts';
import { Flags } from '../flags.ts';
import { IdentifierIndex } from '../identifier-index.ts';
import { IndicatorBook } from '../indicator-book.ts';
import { IndicatorReader } from '../indicator-reader.ts';
import { Indicators } from '../indicators.ts';
import type { MemberKeys } from '../member-keys.ts';
import type { Mode } from '../mode.ts';
import type { StatementSink } from '../ports.ts';
import { PreparedFlags } from '../prepared-flags.ts';
import type { Publisher } from '../publish.ts';
import type { SharingDeps } from '../sharing-deps.ts';
import { owedForIndicator } from '../withdrawal-answers.ts';

export type FlagParts = {
  readonly mode: Mode;
  readonly keys: MemberKeys;
  readonly statements: StatementSink;
  readonly publisher: Publisher;
  readonly background: Background;
};

/** Flags on their way to the coordinator, and the indicators that come back. */
export async function buildFlags(deps: SharingDeps, origin: string, parts: FlagParts) {
  const { businessTime, clock, collectMs, ledger, log, membership, mesh, random, self, viewer } = deps;
  const { background, keys, mode, publisher, statements } = parts;
  const directory = membership;
  const index = await IdentifierIndex.open({ ledger, viewer, random, atRest: deps.atRest });
  const store = new FlagStore(ledger, viewer, index);
  const flags = new Flags({ ledger, store, businessTime, clock, log });
  const holder = new FlagKeyHolder({ directory, self, mode, clock, random, log, statements, collectMs });
  const prepared = new PreparedFlags(ledger, viewer);
  const tagger = new FlagTagger({
    ledger,
    flags,
    prepared,
    directory,
    self,
    keys,
    holder,
    random,
    log,
    oprf: {
      evaluate: (peerId, epoch, blinded) => mesh.evaluate(peerId, epoch, blinded, false),
      done: async (peerId, epoch) => void (await mesh.evaluate(peerId, epoch, [], true)),
    },
  });
  const flagRounds = await FlagRounds.open({
    ledger,
    flags,
    store,
    prepared,
    tagger,
    holder,
    directory,
    publisher,
    clock,
    random,
    log,
    collectMs,
  });
  const gateway = (): string =>
    directory.policy()?.gateways.find((rule) => rule.kinds.includes('withdrawal'))?.gateway ?? '';
  const indicators = await Indicators.open({
    ledger,
    viewer,
    book: new IndicatorBook(ledger, index),
    reader: new IndicatorReader({ directory, keys, flags, businessTime, log }),
    keys,
    flags,
    clock,
    log,
    trust: {
      logKey: membership.genesis.logKey,
      origin: `${origin}/indicators`,
      indicatorBytes: LIMITS.envelopePayloadBytes,
    },
    // Others' objects do not leave a node in shadow mode either.
    passOn: (bytes) =>
      mode.active() ? void background.begin('pass-on', () => mesh.publish('indicators', bytes)) : undefined,
    onOpened: deps.onIndicator,
    answerRows: (indicatorId) => [owedForIndicator(indicatorId, gateway())],
  });
  return { holder, flags, flagRounds, indicators };
}
