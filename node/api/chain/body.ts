import { Transform, type Readable } from 'node:stream';
import { LIMITS } from '../../../config/settings/limits.ts';
import { apiRefusal } from '../refusal.ts';

/**
 * Reads a whole body, at most LIMITS.requestBodyBytes, within LIMITS.requestBodyTimeoutMs.
 * @throws API_TOO_LARGE, API_TIMEOUT
 */
export async function readBody(payload: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => payload.destroy(apiRefusal('API_TIMEOUT')), LIMITS.requestBodyTimeoutMs);
  try {
    // The socket is kept, so that the refusal can still be answered.
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk as Uint8Array);
      size += bytes.length;
      if (size > LIMITS.requestBodyBytes) throw apiRefusal('API_TOO_LARGE');
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Passes a long body on as it arrives. Errs with API_TOO_LARGE beyond LIMITS.importBytes, and with API_TIMEOUT when
 * nothing has come for LIMITS.importIdleMs while the reader was waiting.
 */
export function boundedStream(payload: Readable): Readable {
  let size = 0;
  const bounded = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      idle.refresh();
      if (size > LIMITS.importBytes) done(apiRefusal('API_TOO_LARGE'));
      else done(null, chunk);
    },
  });
  const idle = setTimeout(() => {
    // A reader that is busy holds the sender up: that is not idleness of the sender.
    if (bounded.readableFlowing !== false && bounded.writableLength === 0 && bounded.readableLength === 0)
      bounded.destroy(apiRefusal('API_TIMEOUT'));
    else idle.refresh();
  }, LIMITS.importIdleMs);
  bounded.once('close', () => clearTimeout(idle));
  payload.once('error', (error) => bounded.destroy(error));
  payload.once('aborted', () => bounded.destroy(apiRefusal('API_ABORTED')));
  return payload.pipe(bounded);
}
