import * as z from 'zod';
import { CLASSIFICATIONS, type Classification, type Viewer } from '../../../proto/domain/marking.ts';
import { type AuditedCommit, auditTrail } from '../../ledger/audit-trail.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf, takePage } from '../cursor.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';

export type AuditRouteDeps = {
  readonly ledger: Pick<Ledger, 'list' | 'commits' | 'head'>;
  readonly ceiling: Classification;
  /** The process's own viewer. */
  readonly system: Viewer;
};

const ENTRY = z.strictObject({
  sequence: z.int().describe('of the commit that holds the entry'),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']),
  code: z.string().nullable(),
  input_hash: z.string().nullable(),
  output_hash: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
});

const QUERY = z.strictObject({
  ...PAGE_QUERY,
  object: z.string().min(1).max(400).optional().describe('only what was done to it: `alert:<id>`'),
});

/**
 * The audit trail. It speaks of every object, so only a key that is cleared to the node's ceiling reads it: to any
 * other one an entry would tell that an object exists which the key may not see.
 */
export function auditRoutes({ ledger, ceiling, system }: AuditRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/audit',
      summary: 'Reads the audit trail in order, whole or of one object.',
      query: QUERY,
      answers: { 200: pageOf(ENTRY) },
      handle: async ({ query, viewer, about }) => {
        if (CLASSIFICATIONS.indexOf(viewer.clearance) < CLASSIFICATIONS.indexOf(ceiling))
          throw apiRefusal('API_FORBIDDEN');
        about(`audit:${query.object ?? 'all'}`);
        // Reading the trail makes it longer, so all pages end where it ended at the first one.
        const { after, end } = placeOf(keyOfCursor(query.cursor)) ?? { after: START, end: ledger.head().sequence };
        const all =
          query.object === undefined ? everyEntry(ledger, after.sequence) : auditTrail(ledger, query.object, system);
        const { page, more } = await takePage(between(all, after, end), query.limit);
        const last = page.at(-1);
        const next = more && last !== undefined ? cursorAfter(`${last.sequence}/${last.index}/${end}`) : null;
        return { status: 200, body: { items: page.map(entryView), next_cursor: next } };
      },
    }),
  ];
}

/** A commit may hold several entries, so a position is a sequence and a place in it. Sequences begin at 1. */
type Position = { readonly sequence: number; readonly index: number };
type Placed = AuditedCommit & Position;
const START: Position = { sequence: 0, index: 0 };

function placeOf(key: string | undefined): { readonly after: Position; readonly end: number } | undefined {
  if (key === undefined) return undefined;
  const [, sequence, index, end] = /^(\d{1,15})\/(\d{1,9})\/(\d{1,15})$/.exec(key) ?? [];
  if (end === undefined) throw apiRefusal('API_INVALID', { detail: { field: 'cursor' } });
  return { after: { sequence: Number(sequence), index: Number(index) }, end: Number(end) };
}

async function* everyEntry(ledger: Pick<Ledger, 'commits'>, fromSequence: number): AsyncGenerator<AuditedCommit> {
  for await (const { sequence, audit } of ledger.commits(Math.max(1, fromSequence)))
    for (const entry of audit) yield { sequence, entry };
}

async function* between(entries: AsyncIterable<AuditedCommit>, after: Position, end: number): AsyncGenerator<Placed> {
  let at = START;
  for await (const audited of entries) {
    if (audited.sequence > end) return;
    at = { sequence: audited.sequence, index: audited.sequence === at.sequence ? at.index + 1 : 0 };
    const isAfter = at.sequence > after.sequence || (at.sequence === after.sequence && at.index > after.index);
    if (isAfter) yield { ...audited, index: at.index };
  }
}

function entryView({ sequence, entry }: Placed): z.input<typeof ENTRY> {
  return {
    sequence,
    at: new Date(entry.atMs).toISOString(),
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    outcome: entry.outcome,
    code: entry.code,
    input_hash: entry.inputHash,
    output_hash: entry.outputHash,
    versions: { ...entry.versions },
  };
}
