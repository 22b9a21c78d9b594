import { LIMITS } from '../../../config/settings/limits.ts';
import type { StatementBody } from '../../../proto/domain/control.ts';
import type { Background } from '../background.ts';
import { ControlLog } from '../control-log.ts';
import { Epochs } from '../epochs.ts';
import { MemberKeys } from '../member-keys.ts';
import type { SharingDeps } from '../sharing-deps.ts';
import { checkpointGossip, StatementDesk } from '../statement-desk.ts';

/** Who belongs, what binds, and the member keys: everything that also runs in shadow mode. */
export async function buildControl(deps: SharingDeps, origin: string, background: Background) {
  const { clock, ledger, link, log, membership, mesh, random, self, viewer } = deps;
  const gossip = (bytes: Uint8Array): void => void background.begin('gossip', () => mesh.publish('control', bytes));
  // What is read anew at start is told to the epochs once they are built.
  const appliedAtOpen: StatementBody[] = [];
  let onApplied = (body: StatementBody): void => void appliedAtOpen.push(body);
  const controlLog = await ControlLog.open({
    ledger,
    viewer,
    clock,
    log,
    logKey: membership.genesis.logKey,
    rules: membership,
    origin: `${origin}/control`,
    bounds: LIMITS,
    onApplied: ({ body }) => onApplied(body),
    onExtended: (checkpoint) => gossip(checkpointGossip(checkpoint)),
  });
  const statements = new StatementDesk({
    controlLog,
    clock,
    log,
    gossip,
    submitToLog: () => (link.connected() ? (statement) => link.submit(statement) : undefined),
  });
  const keys = await MemberKeys.open({ ledger, viewer, directory: membership, self, random, atRest: deps.atRest });
  /** @param isOver whether this node needs no more of an epoch */
  const buildEpochs = (isOver: (epoch: number) => boolean): Epochs => {
    const epochs = new Epochs({
      directory: membership,
      keys,
      self,
      clock,
      log,
      statements,
      isOver,
      online: () => mesh.online(),
      requestKey: (peerId, name) => mesh.grant(peerId, name),
      memberKeyWaitMs: LIMITS.memberKeyWaitMs,
    });
    for (const body of appliedAtOpen) epochs.onApplied(body);
    onApplied = (body) => {
      epochs.onApplied(body);
      deps.onMembership();
    };
    return epochs;
  };
  return { controlLog, statements, keys, buildEpochs };
}
