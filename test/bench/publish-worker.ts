// Publishes objects to a coordinator from a thread of its own, so that client and server do not share one event loop.
import { credentials } from '@grpc/grpc-js';
import { parentPort, workerData } from 'node:worker_threads';
import { toPem } from '../../crypto/x509.ts';
import { toWireEnvelope } from '../../proto/codec/envelope.ts';
import { encodeSummary } from '../../proto/codec/payload.ts';
import { ExchangeServiceClient, type PublishResponse } from '../../proto/gen/concordat/v1/exchange.ts';
import { TestAuthor } from '../fixtures/envelopes.ts';
import type { TestNode } from '../fixtures/federation.ts';
import { seededRandom } from '../tools/random-sources.ts';

export type PublishWorkerData = {
  readonly address: string;
  readonly root: Uint8Array;
  readonly federationId: Uint8Array;
  readonly objects: number;
  readonly members: readonly {
    readonly node: TestNode;
    readonly certificate: Uint8Array;
    readonly pkcs8: Uint8Array;
  }[];
};

const { address, root, federationId, objects, members } = workerData as PublishWorkerData;
const payload = encodeSummary({
  windowStartMs: 0,
  windowEndMs: 1,
  epsilon: 1,
  capPerCustomer: 1,
  minimumCell: 5,
  cells: Array.from({ length: 8 }, (_, index) => {
    return {
      typology: `typology-${index}`,
      jurisdiction: 'XX',
      channel: 'wire',
      outcome: 'open',
      count: index,
    } as const;
  }),
});

const streams = members.map(({ node, certificate, pkcs8 }, index) => {
  const author = new TestAuthor(node, {
    federationId,
    random: seededRandom(`bench-${index}`),
    nowMs: () => Date.now(),
  });
  const requests = Array.from({ length: objects }, () => ({
    envelope: toWireEnvelope(author.next('summary', payload)),
  }));
  const identity = credentials.createSsl(
    Buffer.from(toPem('CERTIFICATE', root)),
    Buffer.from(toPem('PRIVATE KEY', pkcs8)),
    Buffer.from(toPem('CERTIFICATE', certificate)),
  );
  const client = new ExchangeServiceClient(address, identity, { 'grpc.use_local_subchannel_pool': 1 });
  return { requests, client };
});

parentPort?.once('message', () => {
  const startedAt = performance.now();
  const done = streams.map(
    ({ requests, client }) =>
      new Promise<void>((resolve, reject) => {
        const stream = client.publish();
        stream.on('error', reject);
        stream.on('data', ({ answer }: PublishResponse) => {
          if (answer?.$case === 'refused') reject(new Error(answer.value.code));
          if (answer?.$case === 'acknowledged' && Number(answer.value.sequence) === objects) resolve();
        });
        let next = 0;
        const pump = (): void => {
          for (let request = requests[next]; request !== undefined; request = requests[next]) {
            next += 1;
            if (!stream.write(request)) {
              stream.once('drain', pump);
              return;
            }
          }
        };
        pump();
      }),
  );
  const finish = async (): Promise<void> => {
    await Promise.all(done);
    parentPort?.postMessage(performance.now() - startedAt);
    for (const { client } of streams) client.close();
  };
  void finish();
});
parentPort?.postMessage('ready');
