import type { Member } from '../../config/policy/state.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { StoreWrite } from '../store/coordinator-store.ts';
import type { AuthenticEnvelope } from './authenticity.ts';

/** What an object does beside taking its place. */
export type Reception = {
  /** Written in the unit that keeps the object. */
  readonly writes: readonly StoreWrite[];
  readonly audit: readonly AuditEntry[];
  /** Whether the payload is kept with the object. */
  readonly keepsPayload: boolean;
  /** To be called once the unit is durable. */
  readonly after: () => void;
};

/**
 * Takes the objects of one kind. A refusal (ConcordatError) is final: the object keeps its place without its payload.
 */
export type Receiver = (object: AuthenticEnvelope, sender: Member) => Promise<Reception>;
