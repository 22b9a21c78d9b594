import type { Command } from 'commander';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';
import { integerOption } from './values.ts';

type SentObject = {
  readonly header_hash: string;
  readonly kind: string;
  readonly audience: string;
  readonly epoch: number;
  readonly refused: readonly { readonly by: string; readonly code: string }[];
};

type Mode = { readonly mode: string; readonly approved_by: readonly string[] };

/** `shadow off|on|status` and `share status|close`. */
export function addShare(program: Command, context: CliContext): void {
  const shadow = program
    .command('shadow')
    .description('shadow mode: all work on real data, nothing leaves but control traffic');
  const modeLines = ({ mode, approved_by }: Mode): string[] => [
    mode === 'active' ? 'active: objects leave where policy allows them' : 'shadow: nothing leaves but control traffic',
    ...(mode === 'shadow' && approved_by.length > 0
      ? [`asked for by ${approved_by.join(', ')}; one more person is needed`]
      : []),
  ];
  withClientOptions(shadow.command('off'))
    .description('ask to leave shadow mode; the second person who asks makes it so')
    .action(async (options: CommonOptions) => {
      const state = (await withNode(options, context, (client) =>
        client.post('/api/v1/sharing/mode', { mode: 'active' }),
      )) as Mode;
      print(context, options, state, () => modeLines(state));
    });
  withClientOptions(shadow.command('on'))
    .description('return to shadow mode at once')
    .action(async (options: CommonOptions) => {
      const state = (await withNode(options, context, (client) =>
        client.post('/api/v1/sharing/mode', { mode: 'shadow' }),
      )) as Mode;
      print(context, options, state, () => modeLines(state));
    });
  withClientOptions(shadow.command('status'))
    .description('say whether the node is in shadow mode, and who has asked to leave it')
    .action(async (options: CommonOptions) => {
      const { mode } = (await withNode(options, context, (client) => client.get('/api/v1/sharing'))) as { mode: Mode };
      print(context, options, mode, () => modeLines(mode));
    });
  const share = program.command('share').description('what this node exchanges with its federation');
  withClientOptions(share.command('status'))
    .description('members, epoch, cursors, what waits, and what is off with the reason')
    .action(async (options: CommonOptions) => {
      const status = await withNode(options, context, (client) => client.get('/api/v1/sharing'));
      print(context, options, status, () => [JSON.stringify(status, null, 2)]);
    });
  withClientOptions(share.command('objects'))
    .description('list own objects that were sent, by the hash with which they are withdrawn')
    .action(async (options: CommonOptions) => {
      const { items } = (await withNode(options, context, (client) => client.get('/api/v1/sharing/objects'))) as {
        items: readonly SentObject[];
      };
      print(context, options, { items }, () =>
        table(
          items.map((item) => [item.header_hash, item.kind, item.audience, `epoch ${item.epoch}`, refusalText(item)]),
        ),
      );
    });
  withClientOptions(share.command('close'))
    .description('close the window of the current epoch now (in live work it closes by itself)')
    .option('--epoch <number>', 'close that of this epoch, if it is open, and no later one', integerOption)
    .action(async (options: CommonOptions & { readonly epoch?: number }) => {
      const { epoch } = options;
      const report = (await withNode(options, context, (client) =>
        client.post('/api/v1/sharing/window', epoch === undefined ? {} : { epoch }),
      )) as {
        readonly epoch: number;
        readonly steps: readonly { kind: string; outcome: string; code: string | null; count: number }[];
      };
      print(context, options, report, () => [
        `window of epoch ${report.epoch} closed`,
        ...report.steps.map(({ kind, outcome, code, count }) => `${kind.padEnd(10)} ${outcome} ${code ?? count}`),
      ]);
    });
}

function refusalText({ refused }: SentObject): string {
  return refused.map(({ by, code }) => `refused for good by ${by}: ${code}`).join(', ');
}
