import type { Command } from 'commander';
import { runUntilSignal } from '../../config/runtime/lifecycle.ts';
import { createLog } from '../../config/runtime/log.ts';
import { growFreely } from '../../config/runtime/quick-start.ts';
import { VERSION } from '../../config/runtime/version.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { loadCoordinatorSettings } from '../settings.ts';
import type { CliContext } from './context.ts';
import { type CommonOptions, existingHome, settingFlags, withCommonOptions, withSettingOptions } from './options.ts';
import { print } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { removeRunFile, runningCoordinator, writeRunFile } from './run-file.ts';

/** `start`: runs the coordinator of a home until it is told to stop. Its log goes to standard error. */
export function addStart(program: Command, context: CliContext): void {
  const command = program.command('start').description('run the coordinator of a home until SIGTERM or SIGINT');
  withSettingOptions(withCommonOptions(command)).action(async (options: CommonOptions) => {
    const home = existingHome(options, context);
    const running = runningCoordinator(home);
    if (running !== undefined) {
      throw new CliRefusal('COORDINATOR_RUNNING', `a coordinator runs in ${home.root}`, `it is process ${running.pid}`);
    }
    const flags = settingFlags({ ...options });
    const settings = loadCoordinatorSettings(home, { flags, environment: context.environment });
    const log = createLog({ level: settings.log.level, program: 'concordat-coordinator', to: 2 });
    const { createCoordinator } = await import('../coordinator.ts');
    const { clock, random } = context;
    const startedAt = new Date(clock.nowMs()).toISOString();
    const coordinator = await createCoordinator(settings, { home, clock, random, log });
    let code: Promise<number>;
    try {
      const addresses = await coordinator.listen();
      growFreely();
      code = runUntilSignal(context.signals, () => coordinator.stop(), { graceMs: LIMITS.stopGraceMs, log });
      const run = { pid: process.pid, version: VERSION, started_at: startedAt, addresses };
      writeRunFile(home, run);
      print(context, options, { status: 'ready', ...run }, () => [
        `concordat-coordinator ready: enrolment ${addresses.enrolment} members ${addresses.members} metrics ${addresses.metrics}`,
      ]);
    } catch (error) {
      await coordinator.stop();
      throw error;
    }
    try {
      context.exit(await code);
    } finally {
      removeRunFile(home);
    }
  });
}
