/** One entry of the audit trail: whatever a regulator could ask about. Chained by the ledger that keeps it. */
export type AuditEntry = {
  readonly atMs: number;
  /** Person or process that acted. */
  readonly actor: string;
  readonly action: string;
  /** What it was done to: `alert:<id>`, `policy:<version>`; never a name or an account. */
  readonly object: string;
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly code: string | null;
  readonly inputHash: string | null;
  readonly outputHash: string | null;
  readonly versions: Readonly<Record<string, string>>;
};
