import { type Command, Option } from 'commander';
import { TOKEN_TYPES, type TokenType } from '../../crypto/match/token.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { withNode } from './session.ts';

type MatchOptions = CommonOptions & {
  readonly type: TokenType;
  readonly value: string;
  readonly purpose: string;
  readonly case: string;
  readonly agency?: string;
};
type MatchAnswer = {
  readonly agency: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly category: string | null;
  readonly recency_days: number | null;
  readonly contact: string | null;
};
type WithdrawOptions = CommonOptions & { readonly headerHash?: string; readonly alert?: string };
/** `match`, `withdraw`: what an analyst asks of peers, and takes back. */
export function addExchange(program: Command, context: CliContext): void {
  withClientOptions(program.command('match'))
    .description('ask peers privately whether they know an entity')
    .addOption(new Option('--type <type>', 'what the value is').choices(TOKEN_TYPES).makeOptionMandatory())
    .requiredOption('--value <text>', 'the identifier; it does not leave this node')
    .requiredOption('--purpose <text>', 'why it is asked')
    .requiredOption('--case <handle>', 'case that it is asked for')
    .option('--agency <id>', 'ask this agency alone')
    .action(async (options: MatchOptions) => {
      const body = {
        token_type: options.type,
        value: options.value,
        purpose: options.purpose,
        case_handle: options.case,
        ...(options.agency === undefined ? {} : { agency: options.agency }),
      };
      const { answers } = (await withNode(options, context, (client) => client.post('/api/v1/match', body))) as {
        answers: readonly MatchAnswer[];
      };
      print(context, options, { answers }, () =>
        answers.length === 0
          ? ['no peer answers matches in this epoch']
          : table(
              answers.map((answer) => [
                answer.agency,
                answer.outcome,
                answer.code ?? '',
                answer.category ?? '',
                answer.recency_days === null ? '' : `within ${answer.recency_days} days`,
              ]),
            ),
      );
    });
  const withdraw = withClientOptions(program.command('withdraw'))
    .description('take back own objects: a summary by its header hash, or the flags that rest on an alert')
    .option('--header-hash <hash>', 'own object, as `share objects` lists it')
    .option('--alert <id>', 'alert whose flags are taken back')
    .action(async (options: WithdrawOptions) => {
      if ((options.headerHash === undefined) === (options.alert === undefined))
        throw new CliRefusal('CLI_USAGE', 'name an object or an alert', '--header-hash HASH or --alert ID');
      const body = options.headerHash === undefined ? { alert_id: options.alert } : { header_hash: options.headerHash };
      const answer = (await withNode(options, context, (client) => client.post('/api/v1/withdrawals', body))) as {
        withdrawal_ids: readonly string[];
      };
      print(context, options, answer, () => answer.withdrawal_ids.map((id) => `withdrawal ${id}`));
    });
  withClientOptions(withdraw.command('status <id>'))
    .description('who has answered, and who has not')
    .action(async (id: string, options: CommonOptions) => {
      const status = await withNode(options, context, (client) =>
        client.get(`/api/v1/withdrawals/${encodeURIComponent(id)}`),
      );
      print(context, options, status, () => [JSON.stringify(status, null, 2)]);
    });
}
