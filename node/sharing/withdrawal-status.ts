import type { WithdrawalResult } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';
import type { Directory, Self } from './ports.ts';
import { sharingRefusal } from './refusal.ts';

/** How far an own withdrawal has got. */
export type WithdrawalStatus = {
  readonly withdrawalId: string;
  readonly requestedAtMs: number;
  readonly objects: readonly string[];
  readonly flags: number;
  /** Signed answers, by member. */
  readonly answers: readonly {
    readonly peerId: string;
    readonly result: WithdrawalResult;
    readonly headerHash: string;
  }[];
  /** Members that have not answered for every object. */
  readonly waitingFor: readonly string[];
};

/** An own withdrawal as it was asked for: objects by header hash in hexadecimal, and the number of sendings of flags. */
export type WithdrawalRequest = {
  readonly requested_at_ms: number;
  readonly objects: readonly string[];
  readonly flags: number;
};

/** A row of the space of withdrawals. */
export function withdrawalRow(key: string, value: Uint8Array): LedgerWrite {
  return { space: 'withdrawal', key, value, marking: MEMBERS };
}

export function requestRow(withdrawalId: string, request: WithdrawalRequest): LedgerWrite {
  return withdrawalRow(`request/${withdrawalId}`, Buffer.from(JSON.stringify(request)));
}

export function answerRow(
  withdrawalId: string,
  answer: { readonly peerId: string; readonly headerHash: string; readonly result: WithdrawalResult },
): LedgerWrite {
  const { headerHash, peerId, result } = answer;
  return withdrawalRow(`answer/${withdrawalId}/${peerId}/${headerHash}`, Buffer.from(result));
}

export async function requestOf(
  ledger: Ledger,
  viewer: Viewer,
  withdrawalId: string,
): Promise<WithdrawalRequest | undefined> {
  const record = await ledger.get('withdrawal', `request/${withdrawalId}`, viewer);
  return record === undefined ? undefined : (JSON.parse(Buffer.from(record.value).toString()) as WithdrawalRequest);
}

/** @throws SHARING_UNKNOWN */
export async function statusOf(
  withdrawalId: string,
  deps: {
    readonly ledger: Ledger;
    readonly viewer: Viewer;
    readonly directory: Pick<Directory, 'isSuspended' | 'nodes'>;
    readonly self: Pick<Self, 'peerId'>;
  },
): Promise<WithdrawalStatus> {
  const { directory, ledger, self, viewer } = deps;
  const request = await requestOf(ledger, viewer, withdrawalId);
  if (request === undefined) throw sharingRefusal('SHARING_UNKNOWN');
  const answers: { peerId: string; headerHash: string; result: WithdrawalResult }[] = [];
  for await (const record of ledger.list('withdrawal', { prefix: `answer/${withdrawalId}/` }, viewer)) {
    const [, , peerId = '', headerHash = ''] = record.key.split('/');
    answers.push({ peerId, headerHash, result: Buffer.from(record.value).toString() as WithdrawalResult });
  }
  const { flags, objects, requested_at_ms: requestedAtMs } = request;
  const waitingFor = directory
    .nodes()
    .filter(({ peerId }) => peerId !== self.peerId && !directory.isSuspended(peerId))
    .map(({ peerId }) => peerId)
    .filter((peerId) => answers.filter((answer) => answer.peerId === peerId).length < objects.length);
  return { withdrawalId, requestedAtMs, objects, flags, answers, waitingFor };
}
