import type { KeyStore } from '../../config/runtime/keys/key-store.ts';
import type { Metrics } from '../../config/runtime/metrics.ts';
import { VERSION } from '../../config/runtime/version.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import { identityKeyFromSeed } from '../../crypto/keys.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { StatusBoard } from '../api/status-board.ts';
import { clockView } from '../federation/clock-judge.ts';
import type { Federation } from '../federation/federation.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Triage } from '../triage/triage.ts';
import type { ComposedAdviser } from './adviser.ts';

export type StatusDeps = {
  readonly keys: KeyStore;
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  readonly triage: Pick<Triage, 'load'>;
  /** undefined while the node belongs to none. */
  readonly federation: Pick<Federation, 'clock'> | undefined;
  readonly clock: Clock;
  readonly businessClock: Clock;
};

/**
 * The sections that every node has. Opening the identity key for the peer id also shows at the start, and not at the
 * first message, whether the encryption key is the right one.
 * @throws KEYS_MISSING, KEYS_EXPOSED, KEYS_LOCKED
 */
export async function addStatus(board: StatusBoard, settings: NodeSettings, deps: StatusDeps): Promise<void> {
  const { agency, name, profile, businessTime } = settings.node;
  const identity = identityKeyFromSeed(await deps.keys.get('identity'));
  const peerId = peerIdText(identity.publicKey);
  const startedAt = new Date(deps.clock.nowMs()).toISOString();
  board.add('node', () => ({ agency, name, peer_id: peerId, version: VERSION, profile, started_at: startedAt }));
  board.add('business_time', () => ({
    mode: businessTime,
    now: new Date(deps.businessClock.nowMs()).toISOString(),
  }));
  const { federation } = deps;
  if (federation !== undefined) board.add('clock', () => clockView(federation.clock()));
  board.add('ledger', () => ({ sequence: deps.ledger.head().sequence, writable: deps.ledger.writable() }));
  board.add('graph', async () => ({ applied_sequence: await deps.graph.appliedSequence() }));
  board.add('triage', () => {
    const { waiting, running } = deps.triage.load();
    return { waiting, in_work: running };
  });
}

/** Who advises, how it is, what it has cost today, and what speaks against its settings. */
export function addAdviserStatus(board: StatusBoard, metrics: Metrics, { adviser, warnings }: ComposedAdviser): void {
  metrics.watch({ name: 'concordat_adviser_tokens', help: 'Tokens that advice has cost today, or may yet.' }, () => {
    return adviser.status().tokensToday;
  });
  metrics.watch({ name: 'concordat_adviser_ready', help: '1 while a language model is there and is asked.' }, () => {
    return adviser.status().state === 'ok' ? 1 : 0;
  });
  board.add('adviser', () => {
    const { tokensPerDay, tokensToday, ...status } = adviser.status();
    return { ...status, tokens_today: tokensToday, tokens_per_day: tokensPerDay, warnings };
  });
}

/** Figures of the node's state that are read at each scrape. */
export function watchNode(metrics: Metrics, deps: Pick<StatusDeps, 'ledger'>): void {
  const build = metrics.gauge({
    name: 'concordat_build_info',
    help: 'Always 1; its label says which version runs.',
    labels: { version: [VERSION] },
  });
  build.set({ version: VERSION }, 1);
  metrics.watch({ name: 'concordat_ledger_sequence', help: 'Commits in the ledger.' }, () => {
    return deps.ledger.head().sequence;
  });
  metrics.watch({ name: 'concordat_ledger_writable', help: '1 while the ledger takes commits.' }, () => {
    return deps.ledger.writable() ? 1 : 0;
  });
}
