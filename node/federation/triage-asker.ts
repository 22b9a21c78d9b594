import { equalBytes, toHex } from '../../crypto/bytes.ts';
import type { KeyAnnouncement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { AgencyId, PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { MESH_QUOTAS } from '../mesh/quotas.ts';
import { TokenBuckets } from '../mesh/token-bucket.ts';
import { CUSTOMERS } from '../records/collections.ts';
import { releaseOf } from '../sharing/release.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { MatchAnswer, MatchOutcome, MatchPort, NotAsked } from '../triage/ports.ts';
import { type Identifier, identifiersOf } from './identifiers.ts';

export type TriageAskerDeps = {
  readonly sharing: Pick<Sharing, 'asker' | 'budgets' | 'membership' | 'mode'>;
  readonly ownAgency: AgencyId;
  readonly ledger: Pick<Ledger, 'get'>;
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly businessTime: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly online: () => readonly PeerIdText[];
  /** False while this node's clock is further off than clocks may be. */
  readonly clockHolds: () => boolean;
};

type Answerer = { readonly agencyId: AgencyId; readonly announcement: KeyAnnouncement };

const ACTOR = 'triage';
const PURPOSE = 'aml-triage';
/** A question and its receipt are two requests; half of what the mesh lets a member ask is left to persons. */
const PACE = { burst: MESH_QUOTAS.match.burst / 4, perSecond: MESH_QUOTAS.match.perSecond / 4 };

/**
 * Entity match without a person: for triage, where a gateway of the policy releases matches by rule and policy grants
 * elements for it. One identifier of the customer goes, blinded, to one node of each agency that answers; what a peer
 * and its receipt learn is that something was asked, under a handle that only this node can tell the alert of.
 */
export class TriageAsker implements MatchPort {
  readonly #deps: TriageAskerDeps;
  readonly #pace: TokenBuckets;
  /** When each peer's key of now became known here, in business time: its answers say nothing of later. */
  readonly #known = new Map<PeerIdText, { readonly keyId: Uint8Array; readonly atMs: number }>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(deps: TriageAskerDeps) {
    this.#deps = deps;
    this.#pace = new TokenBuckets(PACE, deps.clock);
  }

  /** To be called when keys may have been announced. */
  noteKeys(): void {
    const { businessTime, sharing } = this.#deps;
    for (const { keyId, peerId } of sharing.asker.answerers()) {
      const known = this.#known.get(peerId);
      if (known === undefined || !equalBytes(known.keyId, keyId))
        this.#known.set(peerId, { keyId, atMs: businessTime.nowMs() });
    }
  }

  answerers(asOfMs: number): readonly string[] | NotAsked {
    const found = this.#answerers(asOfMs);
    return typeof found === 'string' ? found : found.map(({ agencyId }) => agencyId);
  }

  async ask(
    { asOfMs, customerId }: { readonly customerId: string; readonly asOfMs: number },
    signal: AbortSignal,
  ): Promise<MatchOutcome | NotAsked> {
    const { ledger, random, viewer } = this.#deps;
    const found = this.#answerers(asOfMs);
    if (typeof found === 'string') return found;
    const customer = await CUSTOMERS.get(ledger, customerId, viewer);
    const [identifier] = customer === undefined ? [] : identifiersOf(customer);
    if (identifier === undefined) return 'ASK_IDENTIFIER';
    const inPace = found.filter(({ announcement }) => this.#pace.take(announcement.peerId));
    if (inPace.length === 0) return 'ASK_BUSY';
    const granted = await this.#debit(inPace, identifier);
    if (granted.length === 0) return 'ASK_QUOTA';
    const caseHandle = toHex(random(16));
    const answers: MatchAnswer[] = [];
    let answered = 0;
    const questions = granted.map(async (answerer) => {
      const answer = await this.#question(answerer, identifier, caseHandle);
      if (answer === undefined) return;
      answered += 1;
      if (answer.hit) answers.push({ agency: answerer.agencyId, category: answer.category });
    });
    await Promise.race([Promise.all(questions), firing(signal)]);
    return {
      answers: answers.toSorted((one, other) => (one.agency < other.agency ? -1 : 1)),
      asked: granted.length,
      unanswered: granted.length - answered,
      elementsSpent: granted.length,
      caseHandle,
    };
  }

  /** Resolves when no question is under way: what was not waited for still gets its receipt. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #answerers(asOfMs: number): readonly Answerer[] | NotAsked {
    const { clockHolds, online, ownAgency, sharing } = this.#deps;
    const { asker, membership, mode } = sharing;
    if (!mode.active()) return 'ASK_SHADOW';
    const limit = membership.policy()?.match.elementsByRulePerDay ?? 0;
    if (limit === 0 || !this.#released([])) return 'ASK_POLICY';
    if (!clockHolds()) return 'ASK_CLOCK';
    this.noteKeys();
    const connected = new Set(online());
    const byAgency = new Map<AgencyId, KeyAnnouncement>();
    for (const announcement of asker.answerers()) {
      const agencyId = membership.node(announcement.peerId)?.agencyId;
      if (agencyId === undefined || agencyId === ownAgency || !connected.has(announcement.peerId)) continue;
      if (!byAgency.has(agencyId) && this.#released([agencyId])) byAgency.set(agencyId, announcement);
    }
    if (byAgency.size === 0) return 'ASK_NOBODY';
    const inTime = [...byAgency].filter(([, { peerId }]) => (this.#known.get(peerId)?.atMs ?? Infinity) <= asOfMs);
    if (inTime.length === 0) return 'ASK_LATER';
    return inTime.map(([agencyId, announcement]) => ({ agencyId, announcement }));
  }

  #released(to: readonly AgencyId[]): boolean {
    const { ownAgency, sharing } = this.#deps;
    const answer = releaseOf(sharing.membership, { kind: 'match', from: ownAgency, to });
    return answer.allowed && answer.byRule;
  }

  /** The agency's own share of what it may ask in a day, so that persons find some left. Before anything is sent. */
  async #debit(answerers: readonly Answerer[], { tokenType }: Identifier): Promise<readonly Answerer[]> {
    const { clock, sharing } = this.#deps;
    const { elementsByRulePerDay = 0, elementsPerDay = 0 } = sharing.membership.policy()?.match ?? {};
    const limit = Math.min(elementsByRulePerDay, elementsPerDay);
    const period = new Date(clock.nowMs()).toISOString().slice(0, 10);
    const granted: Answerer[] = [];
    for (const answerer of answerers) {
      const key = { family: 'match-by-rule', subject: `${answerer.agencyId}/${tokenType}`, period };
      try {
        await sharing.budgets.debitAll([{ key, amount: 1, limit }], 'SHARING_QUOTA');
        granted.push(answerer);
      } catch (error) {
        if (!isRefusal(error, 'SHARING_QUOTA')) throw error;
      }
    }
    return granted;
  }

  /** @returns undefined where the peer did not answer, or not as it has to */
  #question(
    { announcement }: Answerer,
    { tokenType, value }: Identifier,
    caseHandle: string,
  ): Promise<{ readonly hit: boolean; readonly category: string | null } | undefined> {
    const { log, sharing } = this.#deps;
    const question = { tokenType, value, purpose: PURPOSE, caseHandle, person: ACTOR };
    const asking = sharing.asker
      .ask(announcement, question)
      .then(
        ({ hit, label }) => ({ hit, category: label?.category ?? null }),
        (error: unknown) => {
          const code = isRefusal(error) ? error.code : 'FAULT';
          log[code === 'FAULT' ? 'warn' : 'debug']({ peer: announcement.peerId, code }, 'a peer did not answer triage');
          return undefined;
        },
      )
      .finally(() => this.#underWay.delete(asking));
    this.#underWay.add(asking);
    return asking;
  }
}

function firing(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
