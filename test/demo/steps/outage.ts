import type { Federation } from '../../tools/federation/found.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import type { Line } from '../report.ts';

type Summary = { readonly agency: string; readonly epoch: number };

/** Kills the coordinator (kill -9); every member then closes a window, and its summary must reach every other. */
export async function outageLine(federation: Federation): Promise<Line> {
  const nodes = federation.members.map(({ node }) => node);
  await federation.coordinator.kill();
  await waitUntil('every member has noticed', async () => {
    const standings = await Promise.all(nodes.map((node) => sharingOf(node)));
    return standings.every(({ coordinator }) => coordinator === 'away');
  });
  const closed = await Promise.all(nodes.map((node) => node.json<{ readonly epoch: number }>(['share', 'close'])));
  const expected = nodes.length * (nodes.length - 1);
  const delivered = async (): Promise<number> => {
    const perNode = await Promise.all(
      nodes.map(async (node) => {
        const { items } = await node.rest.get<{ readonly items: readonly Summary[] }>('/api/v1/summaries');
        const ofOthers = nodes.filter((other) => other !== node);
        return ofOthers.filter((other) =>
          items.some(({ agency, epoch }) => agency === other.agencyId && epoch === closed[nodes.indexOf(other)]?.epoch),
        ).length;
      }),
    );
    return perNode.reduce((sum, count) => sum + count, 0);
  };
  const startedAt = performance.now();
  await waitUntil('every summary is delivered', async () => (await delivered()) === expected, 15_000).catch(
    () => undefined,
  );
  const count = await delivered();
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    section: 'When things go wrong',
    rows: [
      `coordinator killed: ${count} of ${expected} summaries delivered without it`,
      `member to member, within ${seconds.toFixed(1)} s`,
    ],
    n: expected,
    pass: count === expected,
    values: { delivered: count, expected, seconds },
  };
}
