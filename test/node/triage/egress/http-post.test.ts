import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { guardedPost, type HttpAnswer } from '../../../../node/triage/egress/http-post.ts';
import type { Resolve } from '../../../../node/triage/egress/guard.ts';

const toLoopback: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];

async function serve(t: ExecutionContext, listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

type Given = { readonly allow: readonly string[]; readonly privateToo?: boolean; readonly resolve?: Resolve };

function post(url: string, { allow, privateToo = false, resolve = toLoopback }: Given): Promise<HttpAnswer> {
  const send = guardedPost({ allow: new Set(allow), privateToo }, resolve, 1_000);
  return send({ url: new URL(url), headers: { 'x-test': 'yes' }, body: '{"a":1}' }, new AbortController().signal);
}

test('S4-19 a listed host and port is called, with headers and body as given', async (t) => {
  const { port } = await serve(t, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => response.end(`${request.method} ${String(request.headers['x-test'])} ${body}`));
  });
  const answer = await post(`http://127.0.0.1:${port}/x`, { allow: [`127.0.0.1:${port}`] });
  t.is(answer.status, 200);
  t.is(answer.body, 'POST yes {"a":1}');
});

for (const [what, url] of [
  ['another host', 'http://elsewhere.test:PORT/'],
  ['another port', 'http://data.test:1/'],
  ['another scheme', 'file:///etc/passwd'],
  ['an address with credentials', 'http://user:word@data.test:PORT/'],
] as const) {
  test(`S4-19 ${what} is refused before anything is sent`, async (t) => {
    let calls = 0;
    const { port } = await serve(t, (_, response) => {
      calls += 1;
      response.end();
    });
    const given = { allow: [`data.test:${port}`], privateToo: true };
    await t.throwsAsync(post(url.replace('PORT', String(port)), given), { code: 'EGRESS_HOST' });
    t.is(calls, 0);
  });
}

test('S4-19 a listed name that leads to a private address is refused unless that address is listed too', async (t) => {
  const { port } = await serve(t, (_, response) => response.end('{}'));
  const url = `http://data.test:${port}/`;
  await t.throwsAsync(post(url, { allow: [`data.test:${port}`] }), { code: 'EGRESS_PRIVATE' });
  t.is((await post(url, { allow: [`data.test:${port}`, `127.0.0.1:${port}`] })).status, 200);
});

test('S4-19 one private address among public ones is enough to refuse a name', async (t) => {
  const resolve: Resolve = async () => [
    { address: '93.184.216.34', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ];
  await t.throwsAsync(post('https://data.test/', { allow: ['data.test:443'], resolve }), { code: 'EGRESS_PRIVATE' });
});

test('S4-19 nothing goes to a public address without TLS', async (t) => {
  const resolve: Resolve = async () => [{ address: '93.184.216.34', family: 4 }];
  await t.throwsAsync(post('http://data.test/', { allow: ['data.test:80'], resolve }), { code: 'EGRESS_PLAIN' });
  await t.throwsAsync(post('http://93.184.216.34/', { allow: ['93.184.216.34:80'] }), { code: 'EGRESS_PLAIN' });
});

test('S4-19 a redirection is refused, not followed', async (t) => {
  const paths: string[] = [];
  const { port } = await serve(t, (request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await t.throwsAsync(post(`http://127.0.0.1:${port}/`, { allow: [`127.0.0.1:${port}`] }), { code: 'EGRESS_REDIRECT' });
  t.deepEqual(paths, ['/']);
});

test('S4-19 an answer beyond its bound is refused', async (t) => {
  const { port } = await serve(t, (_, response) => response.end('x'.repeat(1_001)));
  await t.throwsAsync(post(`http://127.0.0.1:${port}/`, { allow: [`127.0.0.1:${port}`] }), { code: 'EGRESS_SIZE' });
});

test('S4-19 a service that breaks off or is not there is unreachable', async (t) => {
  const { port, server } = await serve(t, (request) => request.socket.destroy());
  const given = { allow: [`127.0.0.1:${port}`] };
  await t.throwsAsync(post(`http://127.0.0.1:${port}/`, given), { code: 'EGRESS_UNREACHABLE' });
  await new Promise((closed) => server.close(closed));
  await t.throwsAsync(post(`http://127.0.0.1:${port}/`, given), { code: 'EGRESS_UNREACHABLE' });
});

test('S4-19 an abort ends the call with the reason of the signal', async (t) => {
  const stop = new AbortController();
  const reason = new Error('late');
  const { port } = await serve(t, () => stop.abort(reason));
  const send = guardedPost({ allow: new Set([`127.0.0.1:${port}`]), privateToo: false }, toLoopback, 1_000);
  const url = new URL(`http://127.0.0.1:${port}/`);
  t.is(await t.throwsAsync(send({ url, headers: {}, body: '{}' }, stop.signal)), reason);
});
