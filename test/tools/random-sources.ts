import { createCipheriv, createHash } from 'node:crypto';
import type { RandomBytes } from '../../proto/domain/runtime.ts';

/** Uniform bytes that follow from a seed, which the test prints. AES-256-CTR, so that statistics hold. */
export function seededRandom(seed: string): RandomBytes {
  const stream = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16));
  return (length) => new Uint8Array(stream.update(Buffer.alloc(length)));
}

/** Hands out exactly the given chunks in order; throws when asked for more or for another length. */
export function queuedRandom(...chunks: readonly Uint8Array[]): RandomBytes {
  const queue = [...chunks];
  return (length) => {
    const chunk = queue.shift();
    if (chunk === undefined || chunk.length !== length) throw new Error(`random source over-read: ${length} bytes`);
    return chunk;
  };
}
