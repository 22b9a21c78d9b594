import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { MeshMetrics } from './metrics.ts';

/**
 * What each misbehaviour costs; BAN_POINTS cut a peer off. Shape and half-life from Lodestar
 * (network/peers/score/constants.ts), weights chosen: what no honest node of this version sends weighs most, what a
 * burst explains weighs least, so that a member that floods at 5,000 messages/s is gone within a second and one that
 * syncs too eagerly only hears MESH_QUOTA.
 */
export const MISBEHAVIOUR_POINTS = {
  malformed: 10,
  oversize: 10,
  rejected_gossip: 5,
  before_hello: 2,
  over_quota: 0.25,
  gossip_over_quota: 0.02,
} as const;
export type Misbehaviour = keyof typeof MISBEHAVIOUR_POINTS;

export const BAN_POINTS = 50;
const HALF_LIFE_MS = 600_000;

export type StandingDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MeshMetrics;
  /** Called once when a peer is banned; cuts its connections. */
  readonly onBan: (peerId: string) => void;
};

type PeerRecord = { points: number; atMs: number; bannedUntilMs: number };

/**
 * How members have behaved of late. Points halve every ten minutes; at BAN_POINTS the peer is cut off and left alone
 * for a while. Only admitted members get this far, so there are no more records than there were members.
 */
export class Standing {
  readonly #banMs: number;
  readonly #deps: StandingDeps;
  readonly #records = new Map<string, PeerRecord>();

  constructor(banMs: number, deps: StandingDeps) {
    this.#banMs = banMs;
    this.#deps = deps;
  }

  blame(peerId: string, what: Misbehaviour): void {
    const nowMs = this.#deps.clock.nowMs();
    const record = this.#records.get(peerId) ?? { points: 0, atMs: nowMs, bannedUntilMs: 0 };
    const halvings = Math.max(0, nowMs - record.atMs) / HALF_LIFE_MS;
    record.points = record.points * 0.5 ** halvings + MISBEHAVIOUR_POINTS[what];
    record.atMs = nowMs;
    this.#records.set(peerId, record);
    if (record.points < BAN_POINTS || record.bannedUntilMs > nowMs) return;
    record.points = 0;
    record.bannedUntilMs = nowMs + this.#banMs;
    this.#deps.metrics.count({ metric: 'misbehaviour', outcome: 'banned' });
    this.#deps.log.error({ peerId, lastMisbehaviour: what, banMs: this.#banMs }, 'mesh peer cut off for misbehaviour');
    this.#deps.onBan(peerId);
  }

  isBanned(peerId: string): boolean {
    return (this.#records.get(peerId)?.bannedUntilMs ?? 0) > this.#deps.clock.nowMs();
  }
}
