import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Transport } from './transport.ts';

/** Calls a node at an address, `http://127.0.0.1:5000`. A call takes as long as it takes: the node bounds it. */
export function httpTransport(address: string): Transport {
  const request = new URL(address).protocol === 'https:' ? requestHttps : requestHttp;
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const call = request(new URL(path, address), { method, headers, agent: false }, (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
      });
      call.once('error', reject);
      if (body === undefined || typeof body === 'string') call.end(body);
      else send(body, call, reject);
    });
}

/** An answer may come before the body has been sent, when it is refused: then the answer counts. */
function send(body: Readable, call: NodeJS.WritableStream, reject: (error: Error) => void): void {
  let answered = false;
  call.once('response', () => {
    answered = true;
  });
  pipeline(body, call).catch((error: Error) => {
    if (!answered) reject(error);
  });
}
