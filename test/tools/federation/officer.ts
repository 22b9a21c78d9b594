import { randomBytes } from 'node:crypto';
import { type Environment, runJson } from '../programs.ts';
import type { SetAgency } from './data-set.ts';
import type { Workspace } from './workspace.ts';

/** One who speaks for an agency; the key lies apart from every node. */
export type Officer = {
  readonly agencyId: string;
  readonly key: string;
  /** The agency's public file, for whoever writes the genesis. */
  readonly agencyFile: string;
  /** The passphrase of the key. */
  readonly environment: Environment;
};

/** @param group corporate group, the agency itself unless given */
export async function createOfficer(
  workspace: Workspace,
  agency: Pick<SetAgency, 'agencyId' | 'name' | 'jurisdiction'>,
  group?: string,
): Promise<Officer> {
  const officer = {
    agencyId: agency.agencyId,
    key: workspace.path(`${agency.agencyId}.officer`),
    agencyFile: workspace.path(`${agency.agencyId}.agency`),
    environment: { CONCORDAT_OFFICER_PASSPHRASE: randomBytes(18).toString('base64url') },
  };
  const about = ['--agency', agency.agencyId, '--name', agency.name, '--jurisdiction', agency.jurisdiction];
  const files = ['--key', officer.key, '--agency-file', officer.agencyFile];
  const grouped = group === undefined ? [] : ['--group', group];
  await runJson('node', ['officer', 'create', ...about, ...files, ...grouped], officer.environment);
  return officer;
}

/** Adds an officer's signature to a statement file. */
export async function signStatement(officer: Officer, statement: string): Promise<void> {
  await runJson('node', ['officer', 'sign', statement, '--key', officer.key], officer.environment);
}
