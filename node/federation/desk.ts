import type { Membership } from '../../config/policy/membership.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { fromBase64url, toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeHeader, encodeEnvelope } from '../../proto/codec/envelope.ts';
import { encodeSignedIndicator } from '../../proto/codec/indicator.ts';
import { decodeStatement } from '../../proto/codec/statement.ts';
import { audienceKey } from '../../proto/domain/envelope.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { EXCHANGE_KINDS, type ExchangeKind } from '../../proto/domain/policy.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { SharingDesk } from '../api/views/sharing-view.ts';
import type { CoordinatorLink } from '../coordinator-link/link.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { clockView } from './clock-judge.ts';
import type { ClockWatch } from './clock-watch.ts';
import { parseChainKey } from '../sharing/envelope-store.ts';
import { flagId, type FlagState } from '../sharing/flag-store.ts';
import { currentName } from '../sharing/member-keys.ts';
import type { ModeState } from '../sharing/mode.ts';
import type { Self } from '../sharing/ports.ts';
import { sharingRefusal } from '../sharing/refusal.ts';
import { refusalsOf } from '../sharing/refused-objects.ts';
import { otherAgencies, type ReleaseAnswer, releaseOf } from '../sharing/release.ts';
import type { Sharing } from '../sharing/sharing.ts';

export type DeskDeps = {
  readonly membership: Membership;
  readonly self: Self;
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly sharing: Sharing;
  readonly mesh: Mesh;
  readonly link: CoordinatorLink;
  readonly clockWatch: ClockWatch;
  /** Something was asked for that a round of the layer can do now. */
  readonly kick: () => void;
};

/** The sharing layer as the API's routes ask for it. */
export function sharingDesk(deps: DeskDeps): SharingDesk {
  const { kick, ledger, self, sharing, viewer } = deps;
  const gatewayOf = (kind: ExchangeKind): string => {
    const answer = judgeOf(deps, kind);
    if (!answer.allowed) throw sharingRefusal(answer.code);
    return answer.gateway;
  };
  return {
    status: () => statusOf(deps),
    async setMode(mode, person) {
      const state =
        mode === 'active' ? await sharing.mode.approveLeaving(person) : await sharing.mode.enterShadow(person);
      kick();
      return modeView(state);
    },
    async closeWindow(named) {
      const { epoch, steps } = await sharing.windows.close(named ?? deps.membership.currentEpoch());
      kick();
      return { epoch, steps: [...steps] };
    },
    async submitStatement(text) {
      const statement = decodeStatement(fromBase64url(text), LIMITS);
      await sharing.statements.submit(statement);
      kick();
      return statement.kind;
    },
    async indicators(viewer) {
      return Array.fromAsync(sharing.indicators.book.list(viewer));
    },
    async signedIndicators(position, limit) {
      const found = await sharing.indicators.from(position, limit, LIMITS.streamMessageBytes);
      return found.map((signed) => ({ position: signed.position, bytes: encodeSignedIndicator(signed) }));
    },
    async summaries(viewer) {
      const kept = await Array.fromAsync(sharing.summariesReceived.list(viewer));
      return kept.map(({ agencyId, cells, epoch, epsilon, windowEndMs, windowStartMs }) => ({
        agency: agencyId,
        epoch,
        window_start_ms: windowStartMs,
        window_end_ms: windowEndMs,
        epsilon,
        cells: cells.map((cell) => ({ ...cell })),
      }));
    },
    async match(order, person) {
      sharing.mode.assertActive();
      const answerers = sharing.asker
        .answerers()
        .filter(({ peerId }) => order.agency === undefined || deps.membership.node(peerId)?.agencyId === order.agency);
      const question = {
        tokenType: order.token_type,
        value: order.value,
        purpose: order.purpose,
        caseHandle: order.case_handle,
        person,
      };
      return Promise.all(
        answerers.map(async (announcement) => {
          const agency: string = deps.membership.node(announcement.peerId)?.agencyId ?? '';
          const nothing = { agency, code: null, category: null, recency_days: null, contact: null };
          try {
            const { hit, label } = await sharing.asker.ask(announcement, question);
            return {
              ...nothing,
              outcome: hit ? ('hit' as const) : ('no_hit' as const),
              category: label?.category ?? null,
              recency_days: label?.recencyDays ?? null,
              contact: label?.contact ?? null,
            };
          } catch (error) {
            if (!isRefusal(error)) throw error;
            return { ...nothing, outcome: 'refused' as const, code: error.code };
          }
        }),
      );
    },
    async withdrawObject(hash, person) {
      const id = await sharing.withdrawals.withdrawObjects([hash], person, gatewayOf('withdrawal'));
      kick();
      return id;
    },
    async withdrawFlags(alertId, person) {
      const gateway = gatewayOf('withdrawal');
      const flags = (await sharing.flags.list()).filter(
        (flag) => flag.sources.includes(alertId) && flag.state !== 'withdrawn',
      );
      if (flags.length === 0) throw sharingRefusal('SHARING_UNKNOWN');
      const ids = [
        await sharing.flags.withdraw(flags.map(flagId), (handles, writes) =>
          sharing.withdrawals.withdrawFlags(handles, writes, person, gateway),
        ),
      ];
      kick();
      return ids;
    },
    async withdrawal(id) {
      const status = await sharing.withdrawals.status(id);
      return {
        withdrawal_id: status.withdrawalId,
        requested_at_ms: status.requestedAtMs,
        objects: [...status.objects],
        flags: status.flags,
        answers: status.answers.map(({ headerHash: hash, peerId, result }) => ({
          peer_id: peerId,
          header_hash: hash,
          result,
        })),
        waiting_for: [...status.waitingFor],
      };
    },
    async ownObjects() {
      const objects: Awaited<ReturnType<SharingDesk['ownObjects']>>[number][] = [];
      for await (const { chainKey, head } of sharing.store.heads()) {
        const chain = parseChainKey(chainKey);
        if (chain.authorPeerId !== self.peerId) continue;
        for await (const envelope of sharing.store.range(chain, 1, head.sequence)) {
          const header = decodeHeader(envelope.header);
          const hash = headerHash(envelope.header);
          const refused = await refusalsOf(ledger, viewer, hash);
          objects.push({
            headerHash: hash,
            kind: header.kind,
            audience: audienceKey(header.audience),
            sequence: header.sequence,
            epoch: header.epoch,
            refused: refused.map(({ code, sink }) => ({ by: sink, code })),
          });
        }
      }
      return objects;
    },
    async object(hash) {
      const envelope = await sharing.store.getByHash(hash);
      if (envelope === undefined) throw sharingRefusal('SHARING_UNKNOWN');
      return encodeEnvelope(envelope);
    },
    async takeObject(envelope) {
      return (await sharing.receiver.receive(fromBase64url(envelope))).headerHash;
    },
  };
}

type SharingStatus = Awaited<ReturnType<SharingDesk['status']>>;

async function statusOf(deps: DeskDeps): Promise<SharingStatus> {
  const { clockWatch, ledger, link, membership, mesh, self, sharing, viewer } = deps;
  const connected = new Set<string>(mesh.peers().map(({ peerId }) => peerId));
  const epoch = membership.currentEpoch();
  return {
    federation_id: toHex(membership.federationId),
    federation: membership.genesis.name,
    agency: self.agencyId,
    peer_id: self.peerId,
    suspended: membership.isSuspended(self.peerId),
    mode: modeView(sharing.mode.state()),
    coordinator: link.state(),
    clock: clockView(clockWatch.verdict()),
    peers: membership
      .nodes()
      .filter(({ peerId }) => peerId !== self.peerId)
      .map(({ agencyId, peerId }) => ({
        peer_id: peerId,
        agency: agencyId,
        suspended: membership.isSuspended(peerId),
        connected: connected.has(peerId),
      })),
    policy_version: membership.policy()?.version ?? null,
    epoch,
    generation: currentName(membership)?.generation ?? 0,
    closed_epoch: sharing.windows.closedEpoch(),
    epoch_over: sharing.windows.isOver(epoch),
    control_log_size: sharing.controlLog.size(),
    indicators: sharing.indicators.cursor(),
    flags: await flagCounts(sharing),
    outbox: await count(ledger, 'outbox', viewer),
    hints: await hintStanding(deps),
    features: EXCHANGE_KINDS.map((kind) => {
      const answer = judgeOf(deps, kind);
      return { kind, on: answer.allowed, reason: answer.allowed ? null : answer.reason };
    }),
    objects_sent: await objectsSent(deps),
    objects_refused: await count(ledger, 'refusedObject', viewer),
  };
}

async function hintStanding({ membership, sharing }: DeskDeps): Promise<SharingStatus['hints']> {
  const terms = membership.policy()?.hints;
  const { accounts, mostSpent } = await sharing.hintCosts.now();
  const off = sharing.secondRounds.off();
  return {
    rounds: terms?.rounds ?? 0,
    epsilon: terms?.epsilon ?? 0,
    budget_per_account: terms?.budgetPerAccount ?? 0,
    accounts,
    most_spent: mostSpent,
    second_round: {
      on: off === undefined,
      reason: off ?? null,
      waiting: !sharing.secondRounds.isSettled(sharing.windows.closedEpoch()),
    },
  };
}

async function flagCounts(sharing: Sharing): Promise<Record<FlagState, number>> {
  const counts: Record<FlagState, number> = { waiting: 0, opened: 0, withdrawn: 0, expired: 0 };
  for (const { state } of await sharing.flags.list()) counts[state] += 1;
  return counts;
}

async function count(ledger: Ledger, space: 'outbox' | 'refusedObject', viewer: Viewer): Promise<number> {
  let found = 0;
  for await (const record of ledger.list(space, {}, viewer)) if (record.key !== '') found += 1;
  return found;
}

/** Objects of this incarnation, by audience scope. */
async function objectsSent({ self, sharing }: DeskDeps): Promise<Record<string, number>> {
  const sent: Record<string, number> = {};
  for await (const { chainKey, head } of sharing.store.heads()) {
    const chain = parseChainKey(chainKey);
    if (chain.authorPeerId === self.peerId)
      sent[chain.audience.scope] = (sent[chain.audience.scope] ?? 0) + head.sequence;
  }
  return sent;
}

function judgeOf({ membership, self }: DeskDeps, kind: ExchangeKind): ReleaseAnswer {
  const isForOne = kind === 'hint' || kind === 'match';
  const to = isForOne ? [] : otherAgencies(membership, self.agencyId);
  return releaseOf(membership, { kind, from: self.agencyId, to });
}

function modeView({ approvals, changedAtMs, mode }: ModeState): {
  mode: 'shadow' | 'active';
  changed_at_ms: number;
  approved_by: string[];
} {
  return { mode, changed_at_ms: changedAtMs, approved_by: approvals.map(({ person }) => person) };
}
