import type { Command } from 'commander';
import { runUntilSignal } from '../../config/runtime/lifecycle.ts';
import { collectOnceSettled, growFreely } from '../../config/runtime/quick-start.ts';
import { createLog } from '../../config/runtime/log.ts';
import { VERSION } from '../../config/runtime/version.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { readNodeSettings, settingsOf, settingWarnings } from '../compose/settings.ts';
import { type CommonOptions, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { removeRunFile, runningNode, writeRunFile } from './run-file.ts';
import { existingHome } from './session.ts';
import { settingFlags, withSettingOptions } from './setting-options.ts';

/** `start`: runs the node of a home until it is told to stop. Its log goes to standard error, one line says it is ready. */
export function addStart(program: Command, context: CliContext): void {
  const command = program.command('start').description('run the node of a home until SIGTERM or SIGINT');
  withSettingOptions(withCommonOptions(command)).action(async (options: CommonOptions) => {
    const home = existingHome(options, context);
    const running = runningNode(home);
    if (running !== undefined)
      throw new CliRefusal('CLI_RUNNING', `a node runs in ${home.root}`, `it is process ${running.pid}`);
    const flags = settingFlags({ ...options });
    const reading = readNodeSettings(home, { flags, environment: context.environment });
    const settings = settingsOf(reading);
    const log = createLog({ level: settings.log.level, program: 'concordat-node', to: 2 });
    for (const warning of settingWarnings(reading)) log.warn({ warning }, 'setting without effect');
    // Loaded here, so that the other commands load nothing of a node.
    const { createNode } = await import('../node.ts');
    const startedAt = new Date(context.clock.nowMs()).toISOString();
    const node = await createNode(settings, { home, log, clock: context.clock, random: context.random, docs: true });
    let code: Promise<number>;
    try {
      const addresses = await node.listen();
      growFreely();
      collectOnceSettled();
      code = runUntilSignal(context.signals, () => node.stop(), { graceMs: LIMITS.stopGraceMs, log });
      const run = { pid: process.pid, version: VERSION, started_at: startedAt, addresses };
      writeRunFile(home, run);
      print(context, options, { status: 'ready', ...run }, () => [
        `concordat-node ready: api ${addresses.api} metrics ${addresses.metrics}`,
      ]);
    } catch (error) {
      await node.stop();
      throw error;
    }
    try {
      context.exit(await code);
    } finally {
      removeRunFile(home);
    }
  });
}
