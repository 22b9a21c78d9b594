import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { Marking, Viewer } from '../../proto/domain/marking.ts';
import { auditEntry } from '../../node/ledger/audit-entry.ts';
import type { LedgerSpace, LedgerWrite } from '../../node/ledger/ledger.ts';

export const OPEN: Marking = { tlp: 'AMBER', classification: 'RESTRICTED', compartments: [], groups: [] };
export const SECRET: Marking = { ...OPEN, classification: 'SECRET' };

export const SYSTEM: Viewer = {
  name: 'system',
  agency: 'one',
  role: 'system',
  clearance: 'TOP_SECRET',
  compartments: [],
  groups: [],
};
/** Sees OPEN and not SECRET. */
export const ANALYST: Viewer = { ...SYSTEM, name: 'ann', role: 'analyst', clearance: 'CONFIDENTIAL' };

export function put(key: string, text: string, more: Partial<LedgerWrite> & { space?: LedgerSpace } = {}): LedgerWrite {
  return { space: 'transfer', key, value: new Uint8Array(Buffer.from(text)), marking: OPEN, ...more };
}

export function remove(key: string): LedgerWrite {
  return put(key, '', { value: null });
}

export function audit(object: string, action = 'test.done'): AuditEntry {
  return auditEntry({ atMs: 1_000, actor: 'tester', action, object });
}

export function text(record: { readonly value: Uint8Array } | undefined): string | undefined {
  return record === undefined ? undefined : Buffer.from(record.value).toString();
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
