import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { EnvelopeHeader } from '../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import { Background } from './background.ts';
import { Budgets } from './budget.ts';
import { CatchUp } from './catch-up.ts';
import { buildControl } from './compose/control.ts';
import { buildFlags } from './compose/flags.ts';
import { buildObjects } from './compose/objects.ts';
import { EnvelopeStore } from './envelope-store.ts';
import { isReadable } from './object-kinds.ts';
import { MatchAnswerer } from './match/answerer.ts';
import { MatchAsker } from './match/asker.ts';
import { Mode } from './mode.ts';
import type { SharingDeps } from './sharing-deps.ts';
import { Windows } from './window.ts';

export type { Knowledge, SharingDeps } from './sharing-deps.ts';

export type Sharing = Awaited<ReturnType<typeof createSharing>>;

/** Builds the sharing layer of a node that is enrolled. Nothing leaves before the root calls tick(). */
export async function createSharing(deps: SharingDeps) {
  const { businessTime, clock, clockHolds, knowledge, ledger, log, membership, mesh, random, self, viewer } = deps;
  const directory = membership;
  const origin = `concordat/${toHex(membership.federationId)}`;
  const background = new Background(log);
  const store = new EnvelopeStore(ledger, viewer);
  const budgets = new Budgets(ledger, viewer);
  const mode = await Mode.open(ledger, clock, viewer);
  const { buildEpochs, controlLog, keys, statements } = await buildControl(deps, origin, background);
  const onGap = ({ authorPeerId }: { readonly authorPeerId: PeerIdText }): void => catchUps.gap(authorPeerId);
  const objects = await buildObjects(deps, { store, budgets, mode, background, onGap });
  const { hints, outbox, publisher, secondRounds, summaries, sync, withdrawalAnswers } = objects;
  const flagging = await buildFlags(deps, origin, { mode, keys, statements, publisher, background });
  const { flagRounds, flags, holder, indicators } = flagging;
  const catchUps = new CatchUp({ controlLog, indicators, mesh, sync, background, clock, log });
  const windows = await Windows.open({
    ledger,
    viewer,
    directory,
    self,
    mode,
    clock,
    clockHolds,
    businessTime,
    log,
    summaries,
    hints,
    secondRounds,
    flags,
    flagRounds,
  });
  const epochs = buildEpochs((epoch) => windows.isOver(epoch));
  const matching = { ledger, viewer, directory, self, mode, clock, clockHolds, random, log };
  const answerer = new MatchAnswerer({
    ...matching,
    budgets,
    businessTime,
    statements,
    answeringSet: knowledge.answeringSet,
    chunkBytes: LIMITS.matchFilterChunkBytes,
  });
  const asker = new MatchAsker({
    ...matching,
    peer: mesh.match,
    online: () => mesh.online(),
    bounds: LIMITS,
  });

  /** What must follow one upon the other; a part that fails does not hold back the next. */
  async function round(): Promise<void> {
    const mayDate = clockHolds();
    if (mayDate) {
      await background.single('epochs', () => epochs.tick());
      await background.single('flag-key', () => holder.tick());
      await background.single('window', () => windows.tick());
    }
    await background.single('indicators', () => indicators.tick());
    if (mayDate) await background.single('withdrawal-answers', () => withdrawalAnswers.tick());
    // What officers have signed is theirs to date, and a suspension must not wait.
    await background.single('statements', () => statements.tick());
  }

  return {
    ...objects,
    ...flagging,
    store,
    budgets,
    mode,
    controlLog,
    statements,
    keys,
    windows,
    epochs,
    answerer,
    asker,
    membership,
    log,
    /** Whether a member may read an object that passes through here: policy is judged again at every hop. */
    mayRead(peerId: PeerIdText, header: EnvelopeHeader): boolean {
      const reader = directory.node(peerId)?.agencyId;
      const from = directory.node(header.authorPeerId)?.agencyId;
      return reader !== undefined && from !== undefined && isReadable(directory, header, from, reader);
    },
    /** Brings this node up to what a peer has; never throws for what a peer does wrong. @returns how many were new */
    catchUp: (peerId: PeerIdText): Promise<number> => catchUps.from(peerId),
    /**
     * One round of everything that is due; at an interval and after each change. What may take long (a filter, new
     * scores, slow peers) goes on when this resolves. Never throws: what fails is logged and tried again by the next.
     */
    async tick(): Promise<void> {
      if (clockHolds()) {
        void background.single('match-key', () => answerer.tick());
        void background.single('second-round', () => secondRounds.tick());
      }
      void background.single('match-receipts', () => asker.tick());
      catchUps.tick();
      await background.single('round', round);
      void background.begin('outbox', () => outbox.kick());
    },
    /** Resolves when nothing that was begun is under way any more. */
    settled: (): Promise<void> => background.settled(),
    async stop(): Promise<void> {
      holder.drop();
      answerer.drop();
      await outbox.stop();
      await background.settled();
    },
  };
}
