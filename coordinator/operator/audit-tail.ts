import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';

/** An audit entry and the commit that holds it. */
export type PlacedEntry = AuditEntry & { readonly sequence: number };

/** Commits read at a time, from the end backwards. */
const CHUNK = 1_000;

/** The last so many audit entries, oldest first. */
export async function auditTail(store: CoordinatorStore, limit: number): Promise<readonly PlacedEntry[]> {
  let entries: PlacedEntry[] = [];
  let end = store.head().sequence;
  while (end > 0 && entries.length < limit) {
    const start = Math.max(1, end - CHUNK + 1);
    const chunk: PlacedEntry[] = [];
    for await (const { sequence, audit } of store.commits(start)) {
      if (sequence > end) break;
      chunk.push(...audit.map((entry) => ({ ...entry, sequence })));
    }
    entries = [...chunk, ...entries];
    end = start - 1;
  }
  return entries.slice(-limit);
}
