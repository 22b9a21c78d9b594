import { isFound } from '../../tools/federation/decisions.ts';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import type { Member } from '../../tools/federation/found.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import type { Outcome } from '../measures/outcome.ts';
import type { Line } from '../report.ts';

type MatchAnswer = {
  readonly agency: string;
  readonly outcome: 'hit' | 'no_hit' | 'refused';
  readonly code: string | null;
  readonly category: string | null;
};

/** Guesses beyond the quota that must be stopped. */
const BEYOND = 10;

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
  const before = await Promise.all([asker, answerer].map(receiptsOf));
  const hit = await ask(asker, answerer, account);
  const miss = await ask(asker, answerer, `${account}-0`);
  const guesses: MatchAnswer[] = [];
  for (let number = 0; number < quota + BEYOND; number += 1) guesses.push(await guess(asker, answerer, number));
  const stopped = guesses.filter(({ code }) => code === 'SHARING_QUOTA').length;
  const answered = guesses.filter(({ outcome }) => outcome === 'no_hit').length;
  const [atAsker, atAnswerer] = (await Promise.all([asker, answerer].map(receiptsOf))).map((receipts, side) =>
    [...receipts].filter(([id]) => before[side]?.has(id) !== true),
  );
  // The answerer enters a receipt when it answers, and once more when the asker's signature has come.
  const cosigned = new Set(atAnswerer?.filter(([, entries]) => entries === 2).map(([id]) => id));
  const shared = atAsker?.filter(([id]) => cosigned.has(id)).length ?? 0;
  const asked = answered + 2;
  return [
    {
      section: 'Who learnt what',
      rows: [
        `match: a ${hit.outcome} (${hit.category ?? 'no label'}), a ${miss.outcome}; ${shared} co-signed receipts`,
        'one a question, in the audit chains of asker and answerer',
      ],
      n: asked,
      pass: hit.outcome === 'hit' && miss.outcome === 'no_hit' && shared === asked,
      values: { hit, miss, asked, receipts: shared },
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

async function ask(asker: AgencyNode, answerer: AgencyNode, account: string): Promise<MatchAnswer> {
  const question = ['--type', 'account', '--value', account, '--purpose', 'demo', '--case', 'demo-1'];
  const words = ['match', ...question, '--agency', answerer.agencyId];
  const { answers } = await asker.json<{ readonly answers: readonly MatchAnswer[] }>(words);
  return one(answers);
}

/** A guesser who is patient: one who asks too fast for the mesh only has to wait, the day's quota is what stops him. */
async function guess(asker: AgencyNode, answerer: AgencyNode, number: number): Promise<MatchAnswer> {
  const value = `+999${String(number).padStart(9, '0')}`;
  const body = { token_type: 'phone', value, purpose: 'demo', case_handle: 'guess', agency: answerer.agencyId };
  let answer: MatchAnswer | undefined;
  await waitUntil('an answer to a guess', async () => {
    const { answers } = await asker.rest.post<{ readonly answers: readonly MatchAnswer[] }>('/api/v1/match', body);
    answer = one(answers);
    return answer.code !== 'MESH_QUOTA';
  });
  return one(answer === undefined ? [] : [answer]);
}

function one(answers: readonly MatchAnswer[]): MatchAnswer {
  const [answer] = answers;
  if (answer === undefined) throw new Error('nobody answers matches in this epoch');
  return answer;
}

/** Receipts in a node's audit trail, with the number of entries about each. */
async function receiptsOf(node: AgencyNode): Promise<ReadonlyMap<string, number>> {
  const entries = await node.rest.items<{ readonly action: string; readonly object: string }>(
    '/api/v1/audit?limit=500',
  );
  const receipts = new Map<string, number>();
  for (const { action, object } of entries)
    if (RECEIPTS.has(action)) receipts.set(object, (receipts.get(object) ?? 0) + 1);
  return receipts;
}

const RECEIPTS: ReadonlySet<string> = new Set(['match.asked', 'match.answered']);
