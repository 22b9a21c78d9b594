import { mkdirSync, readdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { adviserRefusal } from '../advice/errors.ts';
import type { Exchange, ModelAnswer, ModelCall } from './exchange.ts';

const RECORDING = z.object({ path: z.string(), status: z.int(), body: z.unknown() });

/** The random marks around the data of a call; see advice/question.ts. Equal questions must have equal keys. */
const MARKS = /\b(BEGIN|END) [0-9a-f]{32}(?=\n|$)/g;

/**
 * Key of a recording: SHA-256 over the path and the body as JSON with its keys in order, the marks of the call left out.
 * @returns 64 hexadecimal digits
 */
export function recordingKey({ body, path }: ModelCall): string {
  return toHex(sha256(utf8(`${path}\n${canonicalText(body)}`)));
}

function canonicalText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.replace(MARKS, '$1'));
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalText(inner)}`).join(',')}}`;
}

/**
 * The `replay` driver: answers what was recorded and sends nothing.
 * @throws ADVISER_NOT_RECORDED
 */
export function replayExchange(folder: string): Exchange {
  return async (call) => {
    const recorded = await readRecording(folder, call);
    if (recorded === undefined) throw adviserRefusal('ADVISER_NOT_RECORDED');
    return recorded;
  };
}

/**
 * Answers from the folder where it can, and keeps there what the server answers: path, status and body, never headers,
 * keys or the question.
 * @param most recordings in the folder; beyond them calls are made and not kept
 */
export function recordingExchange(folder: string, live: Exchange, most: number = LIMITS.adviserRecordings): Exchange {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let kept = readdirSync(folder).length;
  return async (call, signal) => {
    const recorded = await readRecording(folder, call);
    if (recorded !== undefined) return recorded;
    const answer = await live(call, signal);
    if (answer.status === 200 && kept < most) {
      kept += 1;
      await writeRecording(folder, call, answer);
    }
    return answer;
  };
}

async function readRecording(folder: string, call: ModelCall): Promise<ModelAnswer | undefined> {
  try {
    const { body, status } = RECORDING.parse(JSON.parse(await readFile(pathOf(folder, call), 'utf8')));
    return { status, body };
  } catch {
    return undefined; // never recorded, or half of one: asked again
  }
}

async function writeRecording(folder: string, call: ModelCall, { body, status }: ModelAnswer): Promise<void> {
  const path = pathOf(folder, call);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ path: call.path, status, body })}\n`, { mode: 0o600 });
  await rename(draft, path);
}

function pathOf(folder: string, call: ModelCall): string {
  return join(folder, `${recordingKey(call)}.json`);
}
