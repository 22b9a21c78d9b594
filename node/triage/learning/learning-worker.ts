// Runs one learning job in a thread of its own and says what it came to.
import { parentPort, workerData } from 'node:worker_threads';
import { ConcordatError, type ErrorDetail } from '../../../proto/domain/errors.ts';
import { compareOnLater, type LearningJob, trainAndCompare } from './learning-job.ts';

/** A refusal crosses the thread as its code and detail: an error would lose them. */
export type LearningReply =
  | { readonly result: unknown }
  | { readonly refused: { readonly code: string; readonly message: string; readonly detail: ErrorDetail } };

function run(job: LearningJob): LearningReply {
  try {
    if (job.kind === 'train') return { result: trainAndCompare(job) };
    return { result: compareOnLater(job.rows, job.candidate, job.inForce) };
  } catch (error) {
    if (!(error instanceof ConcordatError)) throw error;
    const { code, detail, message } = error;
    return { refused: { code, message, detail } };
  }
}

parentPort?.postMessage(run(workerData as LearningJob));
