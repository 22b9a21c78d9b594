import { isFound } from '../../tools/federation/decisions.ts';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import type { Member } from '../../tools/federation/found.ts';
import { mapWithLimit } from '../../tools/federation/map-with-limit.ts';
import type { Outcome } from '../measures/outcome.ts';
import type { Line } from '../report.ts';

type MatchAnswer = {
  readonly agency: string;
  readonly outcome: 'hit' | 'no_hit' | 'refused';
  readonly code: string | null;
  readonly category: string | null;
};

/** Guesses beyond the quota that must be stopped. */
const BEYOND = 20;
const ASKED_AT_ONCE = 8;

/**
 * One member asks another about an account that the other escalated and about one that nobody has; then it guesses
 * phone numbers until the quota stops it. Quotas count by token type, so the guesses leave the questions alone.
 */
export async function matchLines(
  members: readonly Member[],
  outcomes: readonly Outcome[],
  quota: number,
): Promise<readonly Line[]> {
  const [answerer, asker] = members.map(({ node }) => node);
  if (answerer === undefined || asker === undefined) throw new Error('a match needs two members');
  const account = await escalatedAccount(answerer, outcomes);
  const before = await Promise.all([receiptsOf(asker), receiptsOf(answerer)]);
  const [hit] = await ask(asker, answerer, account);
  const [miss] = await ask(asker, answerer, `${account}-0`);
  const guesses = await mapWithLimit(
    Array.from({ length: quota + BEYOND }, (_none, number) => `+999${String(number).padStart(9, '0')}`),
    ASKED_AT_ONCE,
    async (phone) => {
      const body = {
        token_type: 'phone',
        value: phone,
        purpose: 'demo',
        case_handle: 'guess',
        agency: answerer.agencyId,
      };
      const { answers } = await asker.rest.post<{ readonly answers: readonly MatchAnswer[] }>('/api/v1/match', body);
      return answers[0];
    },
  );
  const stopped = guesses.filter((answer) => answer?.code === 'SHARING_QUOTA').length;
  const answered = guesses.filter((answer) => answer?.outcome === 'no_hit').length;
  const asked = answered + 2;
  const after = await Promise.all([receiptsOf(asker), receiptsOf(answerer)]);
  const receipts = after.map((count, side) => count - (before[side] ?? 0));
  return [
    {
      section: 'Who learnt what',
      rows: [
        `match: ${hit?.outcome ?? 'nothing'} (${hit?.category ?? 'no label'}) and ${miss?.outcome ?? 'nothing'}; receipts ${receipts.join(' and ')}`,
        `co-signed receipts in the audit chains of asker and answerer, one a question`,
      ],
      n: asked,
      pass: hit?.outcome === 'hit' && miss?.outcome === 'no_hit' && receipts.every((count) => count === asked),
      values: { hit, miss, asked, receipts },
    },
    {
      section: 'Who learnt what',
      rows: [`guesses stopped: ${stopped} of ${BEYOND} beyond the quota of ${quota} a day`],
      n: guesses.length,
      pass: stopped === BEYOND && answered === quota,
      values: { guesses: guesses.length, quota, answered, stopped },
    },
  ];
}

/** An account that its agency escalated: such ones stand in its answering set. */
async function escalatedAccount(node: AgencyNode, outcomes: readonly Outcome[]): Promise<string> {
  for (const outcome of outcomes.filter(({ agencyId, together }) => agencyId === node.agencyId && isFound(together))) {
    const path = `/api/v1/alerts/${encodeURIComponent(outcome.alertId)}`;
    const alert = await node.rest.get<{ readonly account_data: { readonly account_id: string } | null }>(path);
    if (alert.account_data !== null) return alert.account_data.account_id;
  }
  throw new Error(`${node.agencyId} escalated no alert about an account`);
}

async function ask(asker: AgencyNode, answerer: AgencyNode, account: string): Promise<readonly MatchAnswer[]> {
  const question = ['--type', 'account', '--value', account, '--purpose', 'demo', '--case', 'demo-1'];
  const words = ['match', ...question, '--agency', answerer.agencyId];
  return (await asker.json<{ readonly answers: readonly MatchAnswer[] }>(words)).answers;
}

async function receiptsOf(node: AgencyNode): Promise<number> {
  const entries = await node.rest.items<{ readonly action: string }>('/api/v1/audit?limit=500');
  return entries.filter(({ action }) => RECEIPTS.has(action)).length;
}

const RECEIPTS: ReadonlySet<string> = new Set(['match.asked', 'match.answered']);
