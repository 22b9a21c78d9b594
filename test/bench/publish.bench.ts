import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startTestCoordinator, testClock } from '../fixtures/coordinator.ts';
import { bareVerifiesPerSecond } from './bare-verify.ts';
import type { BenchRow } from './bench-row.ts';
import type { PublishWorkerData } from './publish-worker.ts';

const OBJECTS = 12_000;

/**
 * Objects that a coordinator verifies and makes durable in a second, over mutual TLS, from one and from four streams,
 * beside the bare check of their signatures. A plain Go engine doing the same: 15,000 and 25,300 on such a machine, as
 * the project's issue quotes it.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const streams of [1, 4]) {
    rows.push({
      what: `coordinator: objects verified and durable, ${streams} stream${streams === 1 ? '' : 's'}`,
      value: await publishRate(streams),
      unit: '/s',
      target: '>= 4,000',
      anchor: { what: 'node:crypto verifies alone', value: bareVerifiesPerSecond() },
    });
  }
  return rows;
}

async function publishRate(streams: number): Promise<number> {
  const world = await startTestCoordinator({ seed: `bench-${streams}`, agencies: 4, clock: testClock(Date.now()) });
  try {
    await world.setPolicy();
    const members = await Promise.all(Array.from({ length: streams }, (_, agency) => world.addMember(agency)));
    const objects = OBJECTS / streams;
    const workerData: PublishWorkerData = {
      address: world.addresses.members,
      root: world.coordinator.core.issuer.root,
      federationId: world.federationId,
      objects,
      members: members.map((node) => ({ node, certificate: node.certificate, pkcs8: node.tls.pkcs8 })),
    };
    const worker = new Worker(new URL('./publish-worker.ts', import.meta.url), { workerData });
    await once(worker, 'message');
    worker.postMessage('start');
    const [tookMs] = (await once(worker, 'message')) as [number];
    await worker.terminate();
    const problems = await world.coordinator.core.store.verify();
    if (problems.length > 0) throw new Error(`the store is not sound: ${problems[0]?.problem}`);
    return (OBJECTS / tookMs) * 1_000;
  } finally {
    await world.stop();
  }
}
