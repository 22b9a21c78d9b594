import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '../../config/settings/limits.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { coordinatorError } from '../errors.ts';
import { type OperatorAnswer, type OperatorRequest, REQUEST } from './protocol.ts';

/** Longest path that the operating systems take for a socket, less a little (sun_path: 108 bytes on Linux, 104 on macOS). */
const SOCKET_PATH_BYTES = 100;
const CONNECTIONS = 16;

export type OperatorSocket = { readonly path: string; close(): Promise<void> };

/**
 * Takes the operator's commands on a socket of the file system: only who may enter the home, which is its owner, can
 * reach it, so there is no password to keep and no port to close. A home with too long a path gets a private folder in
 * the system's temporary one; run.json tells which.
 */
export async function serveOperator(
  home: string,
  deps: { readonly log: Log; readonly run: (request: OperatorRequest) => Promise<unknown> },
): Promise<OperatorSocket> {
  const own = join(home, 'operator.sock');
  const fits = Buffer.byteLength(own) <= SOCKET_PATH_BYTES;
  const folder = fits ? undefined : await mkdtemp(join(tmpdir(), 'concordat-'));
  const path = folder === undefined ? own : join(folder, 'operator.sock');
  await rm(path, { force: true });
  const server = createServer((socket) => void serveOne(socket, deps));
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    path,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await rm(folder ?? path, { force: true, recursive: true });
    },
  };
}

async function serveOne(
  socket: Socket,
  deps: { readonly log: Log; readonly run: (request: OperatorRequest) => Promise<unknown> },
): Promise<void> {
  socket.setTimeout(LIMITS.requestTimeoutMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  let answer: OperatorAnswer;
  try {
    const request = REQUEST.safeParse(JSON.parse(await readLine(socket)));
    if (!request.success) throw coordinatorError('COORDINATOR_COMMAND');
    socket.setTimeout(0);
    answer = { ok: true, result: await deps.run(request.data) };
  } catch (error) {
    answer = refusal(error, deps.log);
  }
  socket.end(`${JSON.stringify(answer)}\n`);
}

/** The first line that comes; @throws COORDINATOR_COMMAND when it is too long or does not end. */
async function readLine(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end !== -1) return text.slice(0, end);
    if (text.length > LIMITS.adminRequestBytes) break;
  }
  throw coordinatorError('COORDINATOR_COMMAND');
}

function refusal(error: unknown, log: Log): OperatorAnswer {
  if (isRefusal(error)) {
    const detail = Object.fromEntries(
      Object.entries(error.detail).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    );
    return { ok: false, code: error.code, message: error.message, detail };
  }
  if (error instanceof SyntaxError) return refusal(coordinatorError('COORDINATOR_COMMAND'), log);
  log.error({ error: error instanceof Error ? error.message : String(error) }, 'operator command failed');
  return { ok: false, code: 'INTERNAL', message: 'the command failed; the log says why', detail: {} };
}
