import * as z from 'zod';
import { fromBase64url, fromHex, toHex } from '../../crypto/bytes.ts';
import { encodeJoinToken } from '../../proto/codec/join-token.ts';
import { decodeStatement } from '../../proto/codec/statement.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { asId } from '../../proto/domain/ids.ts';
import type { Core } from '../core.ts';
import { coordinatorError } from '../errors.ts';
import { LOG_NAMES } from '../log/tree-log.ts';
import { auditTail } from './audit-tail.ts';
import { fsck, logProblems } from './fsck.ts';
import { nodeViews, type NodeView } from './node-views.ts';

/** What the operator's commands work on: a coordinator that runs, or the home of one that does not. */
export type OperatedCoordinator = {
  readonly core: Core;
  /** host:port of the enrolment listener for join tokens. */
  readonly enrolmentAddress: () => string;
  /** When a node was last heard of; undefined for one that was not since the start. */
  readonly lastSeenMs: (peerId: string) => number | undefined;
  readonly random: (length: number) => Uint8Array;
  readonly nowMs: () => number;
};

type Command<Input> = {
  readonly input: z.ZodType<Input>;
  readonly run: (coordinator: OperatedCoordinator, input: Input, actor: string) => Promise<unknown>;
};

function command<Input>(input: z.ZodType<Input>, run: Command<Input>['run']): Command<unknown> {
  return { input, run: (coordinator, value, actor) => run(coordinator, input.parse(value), actor) };
}

const LABEL = z.string().max(128);
const HOURS_MS = 3_600_000;

/** Everything that an operator can ask of a coordinator, by name; answers are JSON. */
const COMMANDS: Readonly<Record<string, Command<unknown>>> = {
  'token.create': command(
    z.strictObject({
      label: LABEL.default(''),
      hours: z.int().min(1).max(8_760).nullable().default(null),
      agency: z.string().nullable().default(null),
    }),
    async ({ core, enrolmentAddress }, { label, hours, agency }, actor) => {
      if (agency !== null && core.controlLog.membership.agency(asId(agency)) === undefined) {
        throw coordinatorError('CALL_UNKNOWN', { detail: { agency } });
      }
      const lifeMs = hours === null ? LIMITS.joinTokenLifeMs : hours * HOURS_MS;
      const agencyId = agency === null ? null : asId<never>(agency);
      const address = enrolmentAddress();
      const { secret, view } = await core.tokens.create({ label, lifeMs, agencyId, actor });
      const { federationId } = core.controlLog.membership;
      return { ...view, token: encodeJoinToken({ federationId, genesis: core.genesis, address, secret }) };
    },
  ),
  'token.list': command(z.strictObject({}), async ({ core }) => ({ tokens: await core.tokens.list() })),
  'token.revoke': command(z.strictObject({ token_id: z.string().max(64) }), async ({ core }, { token_id }, actor) => {
    await core.tokens.revoke(token_id, actor);
    return { revoked: token_id };
  }),
  'nodes.list': command(z.strictObject({}), async (coordinator): Promise<{ readonly nodes: readonly NodeView[] }> => ({
    nodes: await nodeViews(coordinator.core, coordinator.nowMs(), coordinator.lastSeenMs),
  })),
  suspend: command(
    z.strictObject({ peer_id: z.string().max(128), reason: z.string().max(256), heads: z.boolean().default(false) }),
    async ({ core, random, nowMs }, { peer_id, reason, heads }, actor) => {
      const peerId = asId<never>(peer_id);
      const { incarnation } = core.controlLog.membership.incarnation(peerId);
      const held = heads ? await core.turns.run(() => core.heads.of(peerId, incarnation)) : [];
      const suspensionId = random(16);
      const value = {
        suspensionId,
        target: { kind: 'node', peerId },
        reason,
        issuedAtMs: nowMs(),
        heads: heads ? [{ peerId, heads: held }] : [],
      } as const;
      const index = await core.statements.issue({ kind: 'suspension', value }, actor);
      return { suspension_id: toHex(suspensionId), index };
    },
  ),
  'log.checkpoint': command(z.strictObject({ log: z.enum(LOG_NAMES) }), async ({ core }, { log }) => {
    const { tree } = log === 'control' ? core.controlLog : core.indicatorLog;
    return { size: tree.size, checkpoint: Buffer.from(tree.checkpoint()).toString('utf8') };
  }),
  'log.verify': command(z.strictObject({}), async ({ core }) => {
    const problems = await logProblems(core);
    return { healthy: problems.length === 0, lines: problems.length === 0 ? ['both logs are sound'] : problems };
  }),
  'log.submit': command(
    z.strictObject({ federation_id: z.string(), statement: z.string(), countersign: z.boolean() }),
    async ({ core }, { federation_id, statement, countersign }, actor) => {
      if (toHex(core.controlLog.membership.federationId) !== toHex(fromHex(federation_id))) {
        throw coordinatorError('ENROL_FEDERATION');
      }
      const decoded = decodeStatement(fromBase64url(statement), LIMITS);
      const signed = countersign ? core.statements.countersigned(decoded) : decoded;
      return { kind: signed.kind, index: await core.statements.submit(signed, actor) };
    },
  ),
  'audit.list': command(z.strictObject({ limit: z.int().min(1).max(10_000) }), async ({ core }, { limit }) => ({
    entries: await auditTail(core.store, limit),
  })),
  fsck: command(z.strictObject({}), ({ core }) => fsck(core)),
};

/**
 * Runs one command of the operator.
 * @throws COORDINATOR_COMMAND for one that is not known or of a wrong form, and what the command throws
 */
export async function runOperatorCommand(
  coordinator: OperatedCoordinator,
  name: string,
  input: unknown,
  actor: string,
): Promise<unknown> {
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (known === undefined) throw coordinatorError('COORDINATOR_COMMAND', { detail: { command: name } });
  const parsed = known.input.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw coordinatorError('COORDINATOR_COMMAND', { detail: { command: name, field: issue?.path.join('.') } });
  }
  return known.run(coordinator, input, actor);
}
