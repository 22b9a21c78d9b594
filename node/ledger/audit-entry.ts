import { toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';

export type AuditFacts = Pick<AuditEntry, 'atMs' | 'actor' | 'action' | 'object'> & {
  /** `done` unless given. */
  readonly outcome?: AuditEntry['outcome'];
  /** Of the refusal or fault. */
  readonly code?: string;
  /** What the action was given and what it gave, as bytes; only their hashes are kept. */
  readonly input?: Uint8Array;
  readonly output?: Uint8Array;
  /** Of models, policies, lists that took part. */
  readonly versions?: Readonly<Record<string, string>>;
};

/** Builds an audit entry: what took part goes in as SHA-256 in hex, everything that is not said is null. */
export function auditEntry(facts: AuditFacts): AuditEntry {
  const { atMs, actor, action, object, outcome = 'done', code = null, input, output, versions = {} } = facts;
  return {
    atMs,
    actor,
    action,
    object,
    outcome,
    code,
    inputHash: input === undefined ? null : toHex(sha256(input)),
    outputHash: output === undefined ? null : toHex(sha256(output)),
    versions,
  };
}
