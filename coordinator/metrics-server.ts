import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIMITS } from '../config/settings/limits.ts';
import type { Health } from '../config/runtime/health.ts';
import type { Metrics } from '../config/runtime/metrics.ts';

export type MetricsServer = { readonly address: string; close(): Promise<void> };

type Answer = { readonly status: number; readonly type: string; readonly body: string };

/** Serves `/metrics`, `/health` (the process answers) and `/ready` (it can do its work) to probes of the machine. */
export async function serveMetrics(
  at: { readonly host: string; readonly port: number },
  deps: { readonly metrics: Metrics; readonly health: Health },
): Promise<MetricsServer> {
  const server = createServer({ headersTimeout: LIMITS.requestHeaderTimeoutMs }, (request, response) => {
    answerTo(request.method === 'GET' ? (request.url ?? '') : '', deps).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = LIMITS.metricsConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  return {
    address: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerTo(
  path: string,
  { metrics, health }: { readonly metrics: Metrics; readonly health: Health },
): Promise<Answer> {
  const json = (status: number, value: unknown): Answer => {
    return { status, type: 'application/json', body: JSON.stringify(value) };
  };
  switch (path) {
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.text() };
    case '/health':
      return json(200, { status: 'healthy' });
    case '/ready': {
      const readiness = await health.readiness();
      return json(readiness.ready ? 200 : 503, readiness);
    }
    default:
      return json(404, { error: 'not found' });
  }
}
