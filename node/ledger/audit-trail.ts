import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger } from './ledger.ts';

/** An entry of the audit trail and the commit that holds it. */
export type AuditedCommit = { readonly sequence: number; readonly entry: AuditEntry };

const SEQUENCE_PATTERN = /^\d{16}$/;

/**
 * What was done to an object, oldest first, as of the call. A person sees the entries of those units of work whose
 * written values the person may see together; entries of units that wrote no value are for the system's viewer only.
 */
export async function* auditTrail(
  ledger: Pick<Ledger, 'list' | 'commits'>,
  object: string,
  viewer: Viewer,
): AsyncGenerator<AuditedCommit> {
  const prefix = `${object}/`;
  for await (const record of ledger.list('auditByObject', { prefix }, viewer)) {
    // Below `alert:1/` there may also be the entries of an object `alert:1/note`.
    if (!SEQUENCE_PATTERN.test(record.key.slice(prefix.length))) continue;
    for await (const commit of ledger.commits(record.sequence)) {
      for (const entry of commit.audit) if (entry.object === object) yield { sequence: commit.sequence, entry };
      break;
    }
  }
}
