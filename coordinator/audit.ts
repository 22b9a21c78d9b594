import type { AuditEntry } from '../proto/domain/audit.ts';

export type AuditFacts = {
  readonly atMs: number;
  /** Peer id, operator of the machine, or `coordinator`. */
  readonly actor: string;
  readonly action: string;
  /** `token:<id>`, `node:<peer id>`, `statement:<hash>`; never a name or an account, of which the coordinator has none. */
  readonly object: string;
  readonly code?: string;
  readonly outcome?: AuditEntry['outcome'];
};

/** An entry of the coordinator's audit trail, which the store chains. */
export function auditEntry({ code, outcome, ...facts }: AuditFacts): AuditEntry {
  return {
    ...facts,
    outcome: outcome ?? (code === undefined ? 'done' : 'refused'),
    code: code ?? null,
    inputHash: null,
    outputHash: null,
    versions: {},
  };
}
