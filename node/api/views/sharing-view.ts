import * as z from 'zod';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { IndicatorEntry } from '../../sharing/indicator-book.ts';

export const MODE = z.strictObject({
  mode: z.enum(['shadow', 'active']),
  changed_at_ms: z.number(),
  approved_by: z.array(z.string()),
});

export const WINDOW = z.strictObject({
  epoch: z.int(),
  steps: z.array(
    z.strictObject({
      kind: z.string(),
      outcome: z.enum(['sent', 'refused']),
      code: z.string().nullable(),
      count: z.int(),
    }),
  ),
});

export const CLOCK = z.strictObject({
  state: z.enum(['unheard', 'holds', 'off']),
  offset_ms: z.int().nullable(),
  voices: z.int(),
});

export const STATUS = z.strictObject({
  federation_id: z.string(),
  federation: z.string(),
  agency: z.string(),
  peer_id: z.string(),
  suspended: z.boolean(),
  mode: MODE,
  coordinator: z.enum(['connected', 'away']),
  clock: CLOCK,
  peers: z.array(
    z.strictObject({ peer_id: z.string(), agency: z.string(), suspended: z.boolean(), connected: z.boolean() }),
  ),
  policy_version: z.int().nullable(),
  epoch: z.int(),
  generation: z.int(),
  closed_epoch: z.int(),
  epoch_over: z.boolean(),
  control_log_size: z.int(),
  indicators: z.int(),
  flags: z.record(z.string(), z.int()),
  outbox: z.int(),
  hints: z.strictObject({
    /** Of policy; what each costs an account, and what it may give up in all. */
    rounds: z.int(),
    epsilon: z.number(),
    budget_per_account: z.number(),
    /** Own accounts that have been hinted at, and what the one gave up that gave up most. */
    accounts: z.int(),
    most_spent: z.number(),
    second_round: z.strictObject({ on: z.boolean(), reason: z.string().nullable(), waiting: z.boolean() }),
  }),
  features: z.array(z.strictObject({ kind: z.string(), on: z.boolean(), reason: z.string().nullable() })),
  objects_sent: z.record(z.string(), z.int()),
  objects_refused: z.int(),
});

export const INDICATOR = z.strictObject({
  indicator_id: z.string(),
  identifier_type: z.string(),
  identifier: z.string(),
  holder_agency: z.string(),
  epoch: z.int(),
  group_count: z.int(),
  typologies: z.array(z.string()),
  first_seen_ms: z.number(),
  last_seen_ms: z.number(),
  own_contribution: z.boolean(),
  known_at_ms: z.number(),
  expires_at_ms: z.number(),
});

export const SUMMARY = z.strictObject({
  agency: z.string(),
  epoch: z.int(),
  window_start_ms: z.number(),
  window_end_ms: z.number(),
  epsilon: z.number(),
  cells: z.array(
    z.strictObject({
      typology: z.string(),
      jurisdiction: z.string(),
      channel: z.string(),
      outcome: z.string(),
      count: z.int(),
    }),
  ),
});

export const MATCH_ANSWER = z.strictObject({
  agency: z.string(),
  outcome: z.enum(['hit', 'no_hit', 'refused']),
  code: z.string().nullable(),
  category: z.string().nullable(),
  recency_days: z.int().nullable(),
  contact: z.string().nullable(),
});

export const WITHDRAWAL = z.strictObject({
  withdrawal_id: z.string(),
  requested_at_ms: z.number(),
  objects: z.array(z.string()),
  flags: z.int(),
  answers: z.array(z.strictObject({ peer_id: z.string(), header_hash: z.string(), result: z.string() })),
  waiting_for: z.array(z.string()),
});

/** A question to peers, in the words of the interface. */
export type MatchOrder = {
  readonly token_type: 'account' | 'national_id' | 'phone' | 'email' | 'name_dob' | 'name_key';
  readonly value: string;
  readonly purpose: string;
  readonly case_handle: string;
  readonly agency?: string | undefined;
};

/** What the routes ask of the sharing layer; the root adapts it. */
export type SharingDesk = {
  status(): Promise<z.infer<typeof STATUS>>;
  setMode(mode: 'active' | 'shadow', person: string): Promise<z.infer<typeof MODE>>;
  /** @param epoch the current one where none is named @throws as Windows.close */
  closeWindow(epoch: number | undefined): Promise<z.infer<typeof WINDOW>>;
  /** @param statement a statement, encoded, base64url. @returns its kind. @throws MEMBERSHIP_*, WIRE_* */
  submitStatement(statement: string): Promise<string>;
  indicators(viewer: Viewer): Promise<readonly IndicatorEntry[]>;
  /** Indicators as signed, encoded, from a place in their log. */
  signedIndicators(
    position: number,
    limit: number,
  ): Promise<readonly { readonly position: number; readonly bytes: Uint8Array }[]>;
  summaries(viewer: Viewer): Promise<readonly z.infer<typeof SUMMARY>[]>;
  match(order: MatchOrder, person: string): Promise<readonly z.infer<typeof MATCH_ANSWER>[]>;
  withdrawObject(headerHash: Uint8Array, person: string): Promise<string>;
  withdrawFlags(alertId: string, person: string): Promise<string[]>;
  withdrawal(withdrawalId: string): Promise<z.infer<typeof WITHDRAWAL>>;
  ownObjects(): Promise<
    readonly {
      readonly headerHash: Uint8Array;
      readonly kind: string;
      readonly audience: string;
      readonly sequence: number;
      readonly epoch: number;
      /** Recipients that will never take it: the coordinator or a peer, with the code. */
      readonly refused: readonly { readonly by: string; readonly code: string }[];
    }[]
  >;
  /** An object's envelope, encoded. @throws SHARING_UNKNOWN */
  object(headerHash: Uint8Array): Promise<Uint8Array>;
  /** @param envelope encoded, base64url. @returns its header hash, once durable. @throws SHARING_*, WIRE_* */
  takeObject(envelope: string): Promise<Uint8Array>;
};

export function indicatorView(entry: IndicatorEntry): z.infer<typeof INDICATOR> {
  return {
    indicator_id: entry.indicatorId,
    identifier_type: entry.identifierType,
    identifier: entry.identifier,
    holder_agency: entry.holderAgency,
    epoch: entry.epoch,
    group_count: entry.groupCount,
    typologies: [...entry.typologies],
    first_seen_ms: entry.firstSeenMs,
    last_seen_ms: entry.lastSeenMs,
    own_contribution: entry.ownContribution,
    known_at_ms: entry.knownAtMs,
    expires_at_ms: entry.expiresAtMs,
  };
}
