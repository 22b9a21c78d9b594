import { createLog } from '../../config/runtime/log.ts';
import { addressOf } from '../parts.ts';
import { askOperator } from '../operator/socket-client.ts';
import { loadCoordinatorSettings } from '../settings.ts';
import type { CliContext } from './context.ts';
import { type CommonOptions, existingHome } from './options.ts';
import { CliRefusal } from './refusal.ts';
import { runningCoordinator } from './run-file.ts';

/**
 * Runs an operator's command: on the coordinator that runs in the home, over its socket there; else on the home's
 * store itself, which no other process has open then. Either way the same command.
 */
export async function operate(
  options: CommonOptions,
  context: CliContext,
  command: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const home = existingHome(options, context);
  const actor = `operator:${context.userName()}`;
  const run = runningCoordinator(home);
  if (run !== undefined) return askOperator(run.addresses.operator, { command, input, actor });
  const settings = loadCoordinatorSettings(home, { flags: {}, environment: context.environment });
  const log = createLog({ level: 'warn', program: 'concordat-coordinator', to: 2 });
  // Loaded here, so that a command to a running coordinator loads nothing of one.
  const { openCore } = await import('../core.ts');
  const { runOperatorCommand } = await import('../operator/commands.ts');
  const { clock, random } = context;
  const core = await openCore(settings, { home, clock, random, log });
  try {
    const { advertise, enrolmentPort } = settings.coordinator;
    const enrolmentAddress = (): string => {
      if (enrolmentPort !== 0) return addressOf(advertise, enrolmentPort);
      throw new CliRefusal(
        'COORDINATOR_COMMAND',
        'the enrolment port is chosen at the start, so a token cannot name it yet',
        'start the coordinator, or set coordinator.enrolment_port',
      );
    };
    const stopped = { core, random, nowMs: () => clock.nowMs(), enrolmentAddress, lastSeenMs: () => undefined };
    return await runOperatorCommand(stopped, command, input, actor);
  } finally {
    await core.close();
  }
}
