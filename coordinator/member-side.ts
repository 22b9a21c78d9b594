import { peerIdText } from '../crypto/peer-id.ts';
import type { StatementBody } from '../proto/domain/control.ts';
import type { PeerIdText } from '../proto/domain/ids.ts';
import { IndicatorDesk } from './indicators/indicator-desk.ts';
import { flagBatchReceiver } from './ingest/flag-batches.ts';
import { Ingest } from './ingest/ingest.ts';
import { ingestMetrics } from './ingest/metrics.ts';
import { receiveSummary } from './ingest/summaries.ts';
import { withdrawalAnswerReceiver } from './ingest/withdrawal-answers.ts';
import { withdrawalReceiver } from './ingest/withdrawals.ts';
import { Witnesses } from './log/witnesses.ts';
import { CLOSE_GRACE_MS, type Parts } from './parts.ts';
import type { ListenerIdentity } from './rpc/listener-credentials.ts';
import { type MemberListener, startMemberListener } from './rpc/member-listener.ts';

/** Opens the member listener over intake, logs, roster and desks. */
export async function startMemberSide(parts: Parts, identity: ListenerIdentity): Promise<MemberListener> {
  const { settings, deps, core, metrics, calls, lifecycle, roster, serving } = parts;
  const { store, controlLog, logKey } = core;
  const { membership } = controlLog;
  const at = { host: settings.coordinator.host, port: settings.coordinator.memberPort };
  const members = await startMemberListener(at, identity, {
    ...core,
    ...deps,
    membership,
    roster,
    serving,
    metrics,
    callMetrics: calls,
    ingest: createIngest(parts),
    witnesses: new Witnesses({ store, logPublicKey: logKey.publicKey, clock: deps.clock }),
  });
  controlLog.onStatement(({ body }) => {
    for (const peerId of endedBy(parts, body)) {
      if (membership.isSuspended(peerId)) roster.remove(peerId);
      members.sessions.cut(peerId);
    }
  });
  lifecycle.add('member listener', () => members.close(CLOSE_GRACE_MS));
  watch(parts, members);
  return members;
}

function createIngest({ core, deps, metrics }: Parts): Ingest {
  const { store, turns, heads, controlLog, indicatorLog } = core;
  const { clock, random, log } = deps;
  const { membership } = controlLog;
  const desk = new IndicatorDesk({ store, log: indicatorLog, clock, random });
  const counted = ingestMetrics(metrics);
  const receivers = {
    summary: receiveSummary,
    flag_batch: flagBatchReceiver({ store, membership, desk, clock, metrics: counted }),
    withdrawal: withdrawalReceiver({ store, membership, desk, clock }),
    withdrawal_answer: withdrawalAnswerReceiver({ clock }),
  };
  return new Ingest({ store, membership, heads, turns, receivers, clock, log, metrics: counted });
}

/** Whose sessions a statement ends: of whom it suspends, and of a node whose keys it replaces. */
function endedBy({ core }: Parts, body: StatementBody): readonly PeerIdText[] {
  const { membership } = core.controlLog;
  if (body.kind === 'node') return [peerIdText(body.value.identityKey)];
  if (body.kind !== 'suspension') return [];
  return membership
    .nodes()
    .map(({ peerId }) => peerId)
    .filter((peerId) => membership.isSuspended(peerId));
}

function watch({ core, metrics }: Parts, { listener, sessions }: MemberListener): void {
  const { controlLog, indicatorLog, store } = core;
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.watch({ name: `concordat_coordinator_${name}`, help }, read);
  gauge('member_connections', 'Connections of members that are open.', () => listener.connections);
  gauge('member_streams', 'Streams of members that are open.', () => sessions.streams);
  gauge('control_log_entries', 'Entries in the control log.', () => controlLog.tree.size);
  gauge('indicator_log_entries', 'Entries in the indicator log.', () => indicatorLog.tree.size);
  gauge('store_writable', '1 while the store takes writes.', () => (store.writable() ? 1 : 0));
}
