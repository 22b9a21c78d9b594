import { toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import { encodeWithdrawalAnswer } from '../../proto/codec/payload.ts';
import type { WithdrawalAnswer, WithdrawalResult } from '../../proto/domain/exchange.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS, SHARED } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import type { Directory } from './ports.ts';
import type { Draft, Publisher } from './publish.ts';
import { withdrawalRow } from './withdrawal-status.ts';

/** An answer that is owed: to the author of a withdrawn object, or to the coordinator for an indicator. */
export type OwedAnswer = {
  readonly withdrawalId: Uint8Array;
  readonly headerHash: Uint8Array;
  readonly result: WithdrawalResult;
  /** Empty for the coordinator. */
  readonly author: PeerIdText | '';
  readonly gateway: string;
};

type Stored = {
  readonly withdrawal: string;
  readonly object: string;
  readonly result: WithdrawalResult;
  readonly author: string;
  readonly gateway: string;
};

/** Whoever withdrew must still find the answer when it comes back. */
const LIFE_MS = 365 * 86_400_000;
const PREFIX = 'to-answer/';

/** The row that owes an answer, for the commit that does what is answered. */
export function owedRow(owed: OwedAnswer): LedgerWrite {
  const { author, gateway, headerHash, result, withdrawalId } = owed;
  const stored: Stored = {
    withdrawal: toHex(withdrawalId),
    object: toHex(headerHash),
    result,
    author,
    gateway,
  };
  return withdrawalRow(`${PREFIX}${stored.withdrawal}/${stored.object}`, Buffer.from(JSON.stringify(stored)));
}

/**
 * That an indicator was erased here. It is told to the coordinator alone: who took its flag back is known to nobody
 * else.
 */
export function owedForIndicator(indicatorId: Uint8Array, gateway: string): LedgerWrite {
  return owedRow({
    withdrawalId: indicatorId,
    headerHash: sha256(indicatorId),
    result: 'erased',
    author: '',
    gateway,
  });
}

/** Signs what is owed. Each answer is published in one commit with the end of its row: none is lost, none given twice. */
export class WithdrawalAnswers {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;
  readonly #publisher: Publisher;
  readonly #directory: Pick<Directory, 'currentEpoch'>;
  readonly #mutex = new KeyedMutex();

  constructor(ledger: Ledger, viewer: Viewer, publisher: Publisher, directory: Pick<Directory, 'currentEpoch'>) {
    this.#ledger = ledger;
    this.#viewer = viewer;
    this.#publisher = publisher;
    this.#directory = directory;
  }

  async tick(): Promise<void> {
    await this.#mutex.run('answers', async () => {
      for await (const { key, value } of this.#ledger.list('withdrawal', { prefix: PREFIX }, this.#viewer)) {
        const owed = JSON.parse(Buffer.from(value).toString()) as Stored;
        const settled: LedgerWrite = { space: 'withdrawal', key, value: null, marking: MEMBERS };
        await this.#publisher.publish(this.#draft(owed), { writes: [settled], audit: [] });
      }
    });
  }

  #draft({ author, gateway, object, result, withdrawal }: Stored): Draft {
    const answer: WithdrawalAnswer = {
      withdrawalId: new Uint8Array(Buffer.from(withdrawal, 'hex')),
      headerHash: new Uint8Array(Buffer.from(object, 'hex')),
      result,
      ground: '',
      backupsGoneAtMs: 0,
    };
    const isForCoordinator = author === '';
    return {
      kind: 'withdrawal_answer',
      audience: isForCoordinator ? { scope: 'coordinator', id: '' } : { scope: 'pair', id: asId<PeerIdText>(author) },
      epoch: this.#directory.currentEpoch(),
      payload: encodeWithdrawalAnswer(answer),
      marking: SHARED,
      gateway,
      purpose: 'aml',
      caseHandle: '',
      lifeMs: LIFE_MS,
      sinks: [isForCoordinator ? 'coordinator' : `peer:${author}`],
    };
  }
}
