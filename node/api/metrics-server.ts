import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Metrics } from '../../config/runtime/metrics.ts';

export type MetricsServer = { readonly address: string; close(): Promise<void> };

/** Serves the figures at `/metrics`, on a port of their own: they hold no personal data and need no key. */
export async function serveMetrics(
  settings: { readonly host: string; readonly port: number },
  deps: { readonly metrics: Metrics },
): Promise<MetricsServer> {
  const server = createServer({ headersTimeout: LIMITS.requestHeaderTimeoutMs }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    deps.metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': deps.metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = LIMITS.metricsConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
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
