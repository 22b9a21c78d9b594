import type { Federation } from '../../tools/federation/found.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import type { Line } from '../report.ts';

/** How many objects have left each agency, by audience: everything that anybody else could learn from. */
export async function leftLine({ members }: Federation): Promise<Line> {
  const objects = await Promise.all(
    members.map(async ({ node }) => {
      const { objects_sent: scopes } = await sharingOf(node);
      return { agency: node.agencyId, scopes, total: Object.values(scopes).reduce((sum, count) => sum + count, 0) };
    }),
  );
  return {
    section: 'Who learnt what',
    rows: [
      'objects that left each agency, every one signed and counted:',
      ...objects.map(({ agency, scopes }) => `${agency.padEnd(12)} ${scopeText(scopes)}`),
    ],
    n: objects.reduce((sum, { total }) => sum + total, 0),
    pass: objects.every(({ total }) => total > 0),
    values: { objects },
  };
}

const AUDIENCES: Readonly<Record<string, string>> = {
  federation: 'to all members',
  coordinator: 'to the coordinator',
  pair: 'to one member',
};

function scopeText(scopes: Readonly<Record<string, number>>): string {
  return Object.entries(scopes)
    .map(([scope, count]) => `${count} ${AUDIENCES[scope] ?? scope}`)
    .join(', ');
}
