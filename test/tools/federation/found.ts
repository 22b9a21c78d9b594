import { writeFileSync } from 'node:fs';
import { type RunningProgram, runJson } from '../programs.ts';
import { waitUntil } from '../wait-until.ts';
import { AgencyNode } from './agency-node.ts';
import type { SetAgency } from './data-set.ts';
import { createOfficer, type Officer, signStatement } from './officer.ts';
import { type PolicyTerms, policyText } from './policy.ts';
import { isMeshComplete, sharingOf } from './standing.ts';
import { freePort, type Workspace } from './workspace.ts';

export type Member = { readonly node: AgencyNode; readonly officer: Officer };

/** A federation of separate processes on loopback. */
export type Federation = {
  readonly workspace: Workspace;
  readonly coordinatorHome: string;
  coordinator: RunningProgram;
  readonly members: readonly Member[];
  /** m: agencies whose officers must sign what binds the others. */
  readonly approvals: number;
};

export type Founding = {
  readonly name: string;
  readonly agencies: readonly Pick<SetAgency, 'agencyId' | 'name' | 'jurisdiction'>[];
  /** m of DESIGN, section 4. */
  readonly approvals: number;
  /** Further settings of every node's start. */
  readonly nodeWords?: readonly string[];
};

/** Faster than in earnest, where nobody waits for a round; and all members share one host here. */
const NODE_WORDS =
  '--sharing-tick-ms 100 --mesh-listen /ip4/127.0.0.1/tcp/0 --mesh-connections-per-second-per-host 1000'.split(' ');

/** Officers make their keys, the operator writes the genesis and starts the coordinator. */
export async function startCoordinator(
  workspace: Workspace,
  { agencies, approvals, name }: Founding,
  groups: Readonly<Record<string, string>> = {},
): Promise<{ readonly home: string; readonly running: RunningProgram; readonly officers: readonly Officer[] }> {
  const officers = await Promise.all(
    agencies.map((agency) => createOfficer(workspace, agency, groups[agency.agencyId])),
  );
  const home = workspace.path('coordinator');
  // The addresses stand in tokens and homes, so that they must be the same after a restart.
  const ports = ['--coordinator-enrolment-port', '--coordinator-member-port'];
  const words = [
    'init',
    '--home',
    home,
    '--name',
    name,
    '--operator',
    'test',
    '--approvals',
    String(approvals),
    '--metrics-port',
    '0',
  ];
  for (const port of ports) words.push(port, String(await freePort()));
  for (const { agencyFile } of officers) words.push('--agency', agencyFile);
  await runJson('coordinator', words);
  return { home, running: await workspace.start('coordinator', home), officers };
}

/** One node of an agency from nothing to member: home, token, record signed by its officer, enrolment. Not started. */
export async function enrolNode(
  workspace: Workspace,
  coordinatorHome: string,
  officer: Officer,
  folder = officer.agencyId,
): Promise<AgencyNode> {
  const [node, token] = await Promise.all([
    AgencyNode.init(workspace, officer.agencyId, folder),
    createToken(workspace, coordinatorHome, folder),
  ]);
  const record = workspace.path(`${folder}.record`);
  await node.json(['enrol', 'request', '--token', token, '--out', record]);
  await signStatement(officer, record);
  await node.json(['enrol', '--token', token, '--record', record]);
  return node;
}

/** @returns the path of a file that holds a fresh one-time token */
export async function createToken(
  workspace: Workspace,
  coordinatorHome: string,
  label: string,
  further: readonly string[] = [],
): Promise<string> {
  const words = ['token', 'create', '--home', coordinatorHome, '--label', label, ...further];
  const { token } = await runJson<{ token: string }>('coordinator', words);
  const path = workspace.path(`${label}.token`);
  writeFileSync(path, token, { mode: 0o600 });
  return path;
}

/** @param words further settings of this start */
export async function startMember(node: AgencyNode, words: readonly string[] = []): Promise<void> {
  await node.start([...NODE_WORDS, ...words]);
}

/** Everything up to a mesh in which all have greeted all. No policy yet, so nothing but control traffic may leave. */
export async function foundFederation(
  workspace: Workspace,
  founding: Founding,
  groups: Readonly<Record<string, string>> = {},
): Promise<Federation> {
  const { home, officers, running } = await startCoordinator(workspace, founding, groups);
  const members = await Promise.all(
    officers.map(async (officer): Promise<Member> => {
      const node = await enrolNode(workspace, home, officer);
      await startMember(node, founding.nodeWords);
      return { node, officer };
    }),
  );
  await waitUntil('every member has greeted every other', () => isMeshComplete(members), 30_000);
  return { workspace, coordinatorHome: home, coordinator: running, members, approvals: founding.approvals };
}

/**
 * Policy, signed by officers of as many agencies as need be, is handed in at one node and is in force at all.
 * @param after the policy before it, as this function returned it; none for the first
 */
export async function adoptPolicy(
  federation: Federation,
  terms: PolicyTerms,
  after?: AdoptedPolicy,
): Promise<AdoptedPolicy> {
  const { approvals, members, workspace } = federation;
  const [first, ...others] = members;
  if (first === undefined) throw new Error('no member');
  const version = (after?.version ?? 0) + 1;
  const yaml = workspace.path(`policy-${version}.yaml`);
  const statement = workspace.path(`policy-${version}.statement`);
  writeFileSync(yaml, policyText(terms));
  const { key, environment } = first.officer;
  const follows = after === undefined ? [] : ['--after', after.statement];
  await first.node.json(['policy', 'sign', yaml, '--key', key, '--out', statement, ...follows], environment);
  for (const { officer } of others.slice(0, approvals - 1)) await signStatement(officer, statement);
  await first.node.json(['policy', 'submit', statement]);
  await waitUntil('the policy is in force everywhere', async () => {
    const standings = await Promise.all(members.map(({ node }) => sharingOf(node)));
    return standings.every(({ policy_version: inForce, epoch }) => inForce === version && epoch >= 1);
  });
  return { version, statement };
}

/** A policy in force: its version, and the file of its statement. */
export type AdoptedPolicy = { readonly version: number; readonly statement: string };
