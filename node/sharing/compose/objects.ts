import { LIMITS } from '../../../config/settings/limits.ts';
import { headerHash } from '../../../crypto/envelope.ts';
import type { EnvelopeHeader, SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { Background } from '../background.ts';
import type { Budgets } from '../budget.ts';
import { type EnvelopeStore, isErased } from '../envelope-store.ts';
import { HintBook } from '../hint-book.ts';
import { HintCosts } from '../hint-costs.ts';
import { HintDraws } from '../hint-draws.ts';
import { Hints } from '../hints.ts';
import type { Mode } from '../mode.ts';
import { type Fate, Outbox, type SinkName } from '../outbox.ts';
import { Publisher } from '../publish.ts';
import { Receiver } from '../receive.ts';
import { SecondRounds } from '../second-round.ts';
import type { SharingDeps } from '../sharing-deps.ts';
import { reachableSinks } from '../sinks.ts';
import { Summaries } from '../summaries.ts';
import { ReceivedSummaries } from '../summary-book.ts';
import { Sync } from '../sync.ts';
import { WithdrawalAnswers } from '../withdrawal-answers.ts';
import { Withdrawals } from '../withdrawals.ts';

export type ObjectParts = {
  readonly store: EnvelopeStore;
  readonly budgets: Budgets;
  readonly mode: Mode;
  readonly background: Background;
  readonly onGap: (header: EnvelopeHeader) => void;
};

/** Signed objects on their way out and in, with the kinds that members exchange directly. */
export async function buildObjects(deps: SharingDeps, parts: ObjectParts) {
  const { businessTime, clock, clockHolds, knowledge, ledger, link, log, membership, mesh, random, self, viewer } =
    deps;
  const { background, budgets, mode, store } = parts;
  const directory = membership;
  const kick = (sinks: readonly SinkName[]): void => void background.begin('outbox', () => outbox.kick(sinks));
  const publisher = new Publisher({
    ledger,
    store,
    directory,
    self,
    clock,
    clockHolds,
    random,
    incarnation: deps.incarnation,
    onPublished: kick,
  });
  const summariesReceived = new ReceivedSummaries(ledger, directory);
  const withdrawals = new Withdrawals({
    ledger,
    viewer,
    store,
    publisher,
    directory,
    self,
    clock,
    random,
    derived: (hash) => summariesReceived.erasure(hash),
  });
  const fateOf = async (name: SinkName, envelope: SignedEnvelope, header: EnvelopeHeader): Promise<Fate> => {
    // The coordinator refuses for good what is of an epoch that its log does not have yet.
    if (name === 'coordinator') return directory.epochBegan(header.epoch) === 'pending' ? 'wait' : 'send';
    // What was taken back before it left is not gossiped: its place in the chain comes by sync.
    const isGone = isErased(envelope, header) || (await withdrawals.isWithdrawn(headerHash(envelope.header)));
    return name === 'gossip' && isGone ? 'drop' : 'send';
  };
  const outbox = new Outbox({
    ledger,
    store,
    viewer,
    clock,
    log,
    sinks: () => (mode.active() && clockHolds() ? reachableSinks(mesh, link) : []),
    fateOf,
    onDelivered: (name, envelope, header) => withdrawals.onDelivered(name, envelope, header),
  });
  const hintBook = new HintBook(ledger, viewer, log, LIMITS.hintAccountsPerAgency);
  const hints = new Hints({
    draws: new HintDraws({ ledger, viewer, budgets, clock, drawKey: deps.drawKey }),
    book: hintBook,
    publisher,
    directory,
    self,
    businessTime,
    sharedAccounts: knowledge.sharedAccounts,
    scores: knowledge.accountScores,
    onReceived: deps.onHints,
  });
  const secondRounds = await SecondRounds.open({
    ledger,
    viewer,
    directory,
    self,
    mode,
    clock,
    log,
    hints,
    book: hintBook,
    online: () => mesh.online(),
    collectMs: deps.collectMs,
  });
  const summaries = new Summaries({
    budgets,
    publisher,
    random,
    agencyId: self.agencyId,
    domain: knowledge.cellDomain,
    rows: knowledge.caseRows,
  });
  const receiver = new Receiver({
    ledger,
    store,
    directory,
    self,
    clock,
    log,
    bounds: LIMITS,
    handlers: {
      summary: (arrival) => summariesReceived.receive(arrival),
      hint_batch: (arrival) => hints.receive(arrival),
      withdrawal: (arrival) => withdrawals.receive(arrival),
      withdrawal_answer: (arrival) => withdrawals.receiveAnswer(arrival),
    },
    isWithdrawn: (hash) => withdrawals.isWithdrawn(hash),
    onGap: parts.onGap,
  });
  const sync = new Sync({
    store,
    receiver,
    selfPeerId: self.peerId,
    log,
    rangeEnvelopes: LIMITS.syncRangeEnvelopes,
    hollowObjects: LIMITS.hollowObjects,
  });
  const withdrawalAnswers = new WithdrawalAnswers(ledger, viewer, publisher, directory);
  return {
    publisher,
    outbox,
    hints,
    secondRounds,
    hintCosts: new HintCosts(ledger, budgets),
    summaries,
    summariesReceived,
    withdrawals,
    withdrawalAnswers,
    receiver,
    sync,
  };
}
