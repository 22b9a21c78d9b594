import type { Api } from '../server.ts';
import type { Transport } from './transport.ts';

/** Calls a node in the same process, through the same chain as over the network. */
export function injectTransport(app: Api): Transport {
  return async ({ method, path, headers, body }) => {
    const answer = await app.inject({
      method,
      url: path,
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: answer.body };
  };
}
