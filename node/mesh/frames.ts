import type { Stream } from '@libp2p/interface';
import { lpStream } from '@libp2p/utils';
import { meshRefusal } from './errors.ts';

/** Messages on one stream, each behind its length as a varint, one at a time in either direction. */
export type Frames = {
  /**
   * The next frame; undefined once the other end has sent its last.
   * @throws MESH_OVERSIZE before anything of the frame was kept; MESH_TIMEOUT; MESH_STREAM
   */
  read(signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Resolves when the stream has taken the frame. @throws MESH_TIMEOUT, MESH_STREAM */
  write(frame: Uint8Array, signal: AbortSignal): Promise<void>;
  /** False once either end has ended or reset the stream. */
  isOpen(): boolean;
  /** Ends both directions at once and drops what is unread. */
  abort(reason: Error): void;
  /** Ends the own direction once everything has been sent. @throws MESH_TIMEOUT, MESH_STREAM */
  close(signal: AbortSignal): Promise<void>;
};

const OVERSIZE = new Set([
  'FrameLengthError',
  'InvalidDataLengthError',
  'InvalidDataLengthLengthError',
  'StreamBufferError',
]);
/** Bytes of the longest length, 2^28 − 1: far above every bound here. */
const LENGTH_BYTES = 4;

/** Frames of at most `maximumBytes` on a stream. Reads ahead by no more than one frame. */
export function framesOn(stream: Stream, maximumBytes: number): Frames {
  const frames = lpStream(stream, {
    maxDataLength: maximumBytes,
    maxBufferSize: maximumBytes + LENGTH_BYTES,
    lengthDecoder: decodeLength,
  });
  return {
    async read(signal) {
      try {
        return (await frames.read({ signal })).subarray();
      } catch (error) {
        if (nameOf(error) === 'UnexpectedEOFError') return undefined;
        throw translated(error);
      }
    },
    async write(frame, signal) {
      try {
        await frames.write(frame, { signal });
      } catch (error) {
        throw translated(error);
      }
    },
    isOpen: () => stream.writeStatus === 'writable' && stream.remoteWriteStatus === 'writable',
    abort: (reason) => stream.abort(reason),
    async close(signal) {
      try {
        await stream.close({ signal });
      } catch (error) {
        throw translated(error);
      }
    },
  };
}

/** Tells lpStream that bytes are still missing by a RangeError, and any other error ends the stream. */
class FrameLengthError extends Error {
  override readonly name = 'FrameLengthError';
}

/**
 * Reads a varint of at most four bytes. The library's own decoder asks for more bytes without end while the
 * continuation bit is set, one turn of the event loop and one list entry each.
 */
function decodeLength(bytes: { readonly byteLength: number; get(index: number): number }): number {
  let value = 0;
  for (let index = 0; index < bytes.byteLength; index += 1) {
    const byte = bytes.get(index);
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return value;
  }
  if (bytes.byteLength >= LENGTH_BYTES) throw new FrameLengthError();
  throw new RangeError('length is not complete');
}

function translated(error: unknown): Error {
  const name = nameOf(error);
  if (OVERSIZE.has(name)) return meshRefusal('MESH_OVERSIZE', { verdict: 'reject', cause: error });
  if (name === 'AbortError' || name === 'TimeoutError') return meshRefusal('MESH_TIMEOUT', { cause: error });
  return meshRefusal('MESH_STREAM', { cause: error });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
