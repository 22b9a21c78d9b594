import { Worker } from 'node:worker_threads';
import { LIMITS } from '../../../config/settings/limits.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { triageRefusal } from '../errors.ts';
import type { Comparison } from './compare.ts';
import type { LearningJob, Trained } from './learning-job.ts';
import type { LearningReply } from './learning-worker.ts';

/** The worker lies beside this file, as source or built. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './learning-worker.ts' : './learning-worker.js',
  import.meta.url,
);
const MEMORY_MB = 2_048;

/**
 * Runs a learning job in a thread of its own, so that alerts are decided meanwhile. Ends it after LIMITS.trainingMs and
 * when the signal fires.
 * @throws TRIAGE_TIMEOUT, the signal's reason, and what the job throws
 */
export async function runInWorker(
  job: Extract<LearningJob, { readonly kind: 'train' }>,
  signal: AbortSignal,
): Promise<Trained>;
export async function runInWorker(
  job: Extract<LearningJob, { readonly kind: 'compare' }>,
  signal: AbortSignal,
): Promise<Comparison>;
export async function runInWorker(job: LearningJob, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  const worker = new Worker(WORKER, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
  const over = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.trainingMs)]);
  try {
    const reply = await new Promise<LearningReply>((done, fail) => {
      worker.once('message', done).once('error', fail);
      worker.once('exit', () => fail(new Error('the learning thread ended without a reply')));
      over.addEventListener('abort', () => fail(signal.aborted ? signal.reason : triageRefusal('TRIAGE_TIMEOUT')), {
        once: true,
      });
    });
    if ('result' in reply) return reply.result;
    const { code, detail, message } = reply.refused;
    throw new ConcordatError(code, message, { detail });
  } finally {
    await worker.terminate();
  }
}
