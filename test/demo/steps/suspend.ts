import { readFileSync } from 'node:fs';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { signStatement } from '../../tools/federation/officer.ts';
import type { Federation } from '../../tools/federation/found.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import type { Line } from '../report.ts';

/** DESIGN, section 4: a suspension reaches every connected member in less. */
const CUT_WITHIN_SECONDS = 2;

/**
 * Officers of as many other agencies as policy asks for suspend the last member, with the coordinator still down.
 * Timed from the statement's submission to the last connection that a peer still has with it.
 */
export async function suspensionLines(federation: Federation, threshold: number): Promise<readonly Line[]> {
  const { approvals, members, workspace } = federation;
  const suspended = members.at(-1);
  const others = members.slice(0, -1);
  const [first] = others;
  if (suspended === undefined || first === undefined) throw new Error('too few members');
  const statement = workspace.path('suspension.statement');
  const target = ['--agency', suspended.node.agencyId, '--reason', 'demonstration'];
  await first.node.json(['suspend', 'create', ...target, '--out', statement]);
  for (const { officer } of others.slice(0, approvals)) await signStatement(officer, statement);
  const text = JSON.parse(readFileSync(statement, 'utf8')) as { readonly statement: string };
  const startedAt = performance.now();
  const cut = Promise.all(
    others.map(async ({ node }) => {
      await waitUntil(`${node.agencyId} cut ${suspended.node.agencyId} off`, async () => {
        const { peers } = await sharingOf(node);
        return peers.some((peer) => peer.peer_id === suspended.node.peerId && peer.suspended && !peer.connected);
      });
      return (performance.now() - startedAt) / 1_000;
    }),
  );
  await first.node.rest.post('/api/v1/sharing/statements', { statement: text.statement });
  const seconds = Math.max(...(await cut));
  return [
    {
      section: 'When things go wrong',
      rows: [
        `a member suspended: its last stream cut after ${seconds.toFixed(2)} s (< ${CUT_WITHIN_SECONDS} s)`,
        `${suspended.node.agencyId}, by officers of ${approvals} others without a coordinator; seen by its peers`,
      ],
      n: others.length,
      pass: seconds < CUT_WITHIN_SECONDS,
      values: { suspended: suspended.node.agencyId, seconds },
    },
    await flagsLine(
      others.map(({ node }) => node),
      threshold,
    ),
  ];
}

/** With n < k + 1 left, an opened flag would name its contributors: flags must be visibly off, and that is no fault. */
async function flagsLine(nodes: readonly AgencyNode[], threshold: number): Promise<Line> {
  const features = await Promise.all(
    nodes.map(async (node) => (await sharingOf(node)).features.find(({ kind }) => kind === 'flag')),
  );
  const isOff = features.every((feature) => feature?.on === false && feature.reason !== null);
  const mustBeOff = nodes.length < threshold + 1;
  const state = isOff ? `off: ${features[0]?.reason ?? ''}` : 'on';
  return {
    section: 'When things go wrong',
    rows: [`flags are now ${state} (${mustBeOff ? 'as it must be' : 'enough members are left'})`],
    n: nodes.length,
    pass: isOff === mustBeOff,
    values: { features },
  };
}
