import { createHash } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { Health } from '../../../config/runtime/health.ts';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { createMetrics, type Metrics } from '../../../config/runtime/metrics.ts';
import { KeyBook, type KeyRequest } from '../../../node/api/access/key-book.ts';
import type { PersonRole } from '../../../node/api/access/person.ts';
import type { ApiRoute } from '../../../node/api/route.ts';
import { createApi } from '../../../node/api/server.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { Classification, Viewer } from '../../../proto/domain/marking.ts';
import type { Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';

export const SYSTEM: Viewer = {
  name: 'node',
  agency: 'alpha',
  role: 'system',
  clearance: 'TOP_SECRET',
  compartments: [],
  groups: [],
};

/** Bytes that are the same in every run. */
export function countedRandom(seed: string): RandomBytes {
  let count = 0;
  return (length) => {
    const block = createHash('shake256', { outputLength: length });
    return new Uint8Array(block.update(`${seed}/${count++}`).digest());
  };
}

export type ApiFixture = {
  readonly app: FastifyInstance;
  readonly ledger: Ledger;
  readonly keyBook: KeyBook;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly clock: { nowMs(): number; advance(ms: number): void };
  /** An API key of a role, made when first asked for. */
  readonly key: (role: PersonRole, more?: Partial<KeyRequest>) => Promise<string>;
  /** A call with a role's key. */
  readonly as: (role: PersonRole, call: InjectOptions) => Promise<LightMyRequestResponse>;
  /** Entries of calls, in order. */
  readonly audit: () => Promise<readonly AuditEntry[]>;
};

export type FixtureOptions = {
  readonly routes: (parts: Omit<ApiFixture, 'app' | 'as'>) => readonly ApiRoute[];
  readonly ceiling?: Classification;
  readonly ledger?: Ledger;
  readonly log?: Log;
  readonly debug?: boolean;
  readonly docs?: boolean;
};

/** The interface over a ledger in memory, with a clock that stands still until it is told to go. */
export async function apiFixture(options: FixtureOptions): Promise<ApiFixture> {
  let nowMs = Date.parse('2030-01-01T00:00:00Z');
  const clock = {
    nowMs: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
  const ledger = options.ledger ?? openMemoryLedger({ clock });
  const random = countedRandom('api');
  const keyBook = new KeyBook(
    { jwtSecret: 'a secret of this test', keyLifeDays: 90 },
    { ledger, clock, random, system: SYSTEM },
  );
  const metrics = createMetrics({ process: false });
  const keys = new Map<string, string>();
  const parts: Omit<ApiFixture, 'app' | 'as'> = {
    ledger,
    keyBook,
    metrics,
    clock,
    health: new Health({ timeoutMs: 1_000 }),
    key: async (role, more = {}) => {
      const name = JSON.stringify([role, more]);
      const request: KeyRequest = {
        person: `Person of role ${role}`,
        role,
        clearance: 'TOP_SECRET',
        compartments: [],
        groups: [],
        lifeDays: 30,
        ...more,
      };
      const text = keys.get(name) ?? (await keyBook.create(request, 'test')).text;
      keys.set(name, text);
      return text;
    },
    audit: async () => {
      const entries: AuditEntry[] = [];
      for await (const commit of ledger.commits(1)) entries.push(...commit.audit);
      return entries.filter(({ action }) => !action.startsWith('key.'));
    },
  };
  const app = await createApi(
    {
      agency: 'alpha',
      ceiling: options.ceiling ?? 'TOP_SECRET',
      debug: options.debug ?? false,
      docs: options.docs ?? false,
    },
    { routes: options.routes(parts), keys: keyBook, ledger, metrics, log: options.log ?? SILENT_LOG, clock, random },
  );
  return {
    ...parts,
    app,
    as: async (role, call) =>
      app.inject({ ...call, headers: { ...call.headers, authorization: `Bearer ${await parts.key(role)}` } }),
  };
}
