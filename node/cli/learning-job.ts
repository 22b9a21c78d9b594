import type * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import type { ApiClient } from '../api/client/api-client.ts';
import { LEARNING_JOB } from '../api/views/model-view.ts';
import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

export type LearningJob = z.infer<typeof LEARNING_JOB>;

/** Begins a job over stored alerts and waits until it is over. @throws the refusal that ended it, with its numbers */
export async function runJob(client: ApiClient, path: string, body?: unknown): Promise<LearningJob> {
  let job = LEARNING_JOB.parse(await client.post(path, body ?? {}));
  while (job.state === 'running')
    job = LEARNING_JOB.parse(await client.get(`/api/v1/jobs/${job.job_id}`, { wait_ms: LIMITS.importWaitMs }));
  if (job.state === 'done') return job;
  const numbers = Object.entries(job.detail).map(([name, value]) => `${name} ${String(value)}`);
  const said = numbers.length === 0 ? '' : `: ${numbers.join(', ')}`;
  throw new ConcordatError(job.code ?? 'FAULT', `${job.kind} ended${said}`, { detail: job.detail as ErrorDetail });
}
