import type { AuditEntry } from '../../proto/domain/audit.ts';

/** An audit entry of the sharing layer; objects are ids, never names or accounts. */
export function sharingEntry(
  atMs: number,
  actor: string,
  action: string,
  object: string,
  detail: Partial<AuditEntry> = {},
): AuditEntry {
  return {
    atMs,
    actor,
    action,
    object,
    outcome: 'done',
    code: null,
    inputHash: null,
    outputHash: null,
    versions: {},
    ...detail,
  };
}
