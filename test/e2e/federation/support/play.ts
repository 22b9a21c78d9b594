import type { Federation, Member } from '../../../tools/federation/found.ts';
import { feedAct, type StageCustomer } from './stage.ts';

/** Feeds each agency its customers of one day. */
export async function feedDay(
  federation: Federation,
  day: string,
  customers: Readonly<Record<string, readonly StageCustomer[]>>,
): Promise<void> {
  await Promise.all(
    Object.entries(customers).map(async ([agency, own]) => {
      const folder = federation.workspace.path(`${agency}-${day}`);
      await feedAct(memberOf(federation, agency).node, folder, { day, agency, customers: own });
    }),
  );
}

export function memberOf({ members }: Federation, agency: string): Member {
  const member = members.find(({ node }) => node.agencyId === agency);
  if (member === undefined) throw new Error(`${agency} is no member`);
  return member;
}

/** An indicator as a member reads it. */
export type ReadIndicator = {
  readonly indicator_id: string;
  readonly identifier: string;
  readonly holder_agency: string;
  readonly group_count: number;
  readonly own_contribution: boolean;
};

export async function indicatorsOf(member: Member): Promise<readonly ReadIndicator[]> {
  const { items } = await member.node.rest.get<{ readonly items: readonly ReadIndicator[] }>('/api/v1/indicators');
  return items;
}
