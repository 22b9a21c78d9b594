import * as z from 'zod';
import type { FsckReport } from '../../ledger/fsck.ts';
import { type ApiRoute, route } from '../route.ts';
import type { StatusBoard } from '../status-board.ts';

export type StatusRouteDeps = {
  readonly statusBoard: Pick<StatusBoard, 'read'>;
  /** Re-reads and proves what is stored. */
  readonly fsck: () => Promise<FsckReport>;
};

const FSCK = z.strictObject({ healthy: z.boolean(), lines: z.array(z.string()) });

/** How the node is. */
export function statusRoutes({ statusBoard, fsck }: StatusRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/status',
      summary: 'Says who this node is, what it holds and what it is working on.',
      answers: { 200: z.record(z.string(), z.unknown()) },
      handle: async () => ({ status: 200, body: await statusBoard.read() }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/fsck',
      summary: 'Re-reads the whole ledger, chain and values, and says what does not hold.',
      answers: { 200: FSCK },
      handle: async () => ({ status: 200, body: await fsck() }),
    }),
  ];
}
