import type { Member } from '../../config/policy/state.ts';

/** A call as it comes in, before anything is known of who makes it. */
export type Call = {
  /** `Service/Method`, of a closed set. */
  readonly method: string;
  /** ip:port of the other end. */
  readonly remote: string;
  /** The client's certificate as TLS took it, DER; undefined where none was asked for. */
  readonly certificate: Uint8Array | undefined;
  readonly isStream: boolean;
};

/** A call on its way through the chain. */
export type KnownCall = Call & {
  readonly requestId: string;
  /** Whom the audit names: the peer id once it is known, the address until then. */
  actor: string;
};

/** A call of a member whose standing has been checked for this very call. */
export type MemberCall = KnownCall & {
  readonly member: Member;
  /** Aborted when the member is suspended or its certificate ends, with the refusal as its reason. */
  readonly signal: AbortSignal;
};

/** Lets a call pass the steps of a listener and then does the work, or refuses it. */
export type Guard<Caller extends KnownCall> = <Result>(
  call: Call,
  work: (caller: Caller) => Promise<Result>,
) => Promise<Result>;

/** Host of an ip:port. */
export function hostOf(remote: string): string {
  return remote.slice(0, Math.max(0, remote.lastIndexOf(':')));
}
