import type { Clock } from '../../proto/domain/runtime.ts';
import { decodeFlag, flagErasure } from '../aggregate/flag-record.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { auditEntry } from '../audit.ts';
import { decodeCertificate } from '../ca/certificates.ts';
import type { IndicatorLog } from '../indicators/indicator-log.ts';
import { decodeOpenedFlag, openedFlagKey, openedFlagWrite } from '../indicators/opened-flag.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';
import type { Turns } from '../turns.ts';

export type RetentionDeps = {
  readonly store: CoordinatorStore;
  readonly turns: Turns;
  readonly indicatorLog: IndicatorLog;
  readonly clock: Clock;
};

/** Records looked at in one turn, so that members' objects do not wait long. */
const CHUNK = 1_000;

/**
 * Erases what has served its time: flags past the date of the object that brought them, unless their indicator still
 * stands, indicators past their own, and what is kept of certificates that lapsed too long ago to be renewed.
 * Commitments, headers and the chain stay.
 * @returns how many went
 */
export async function eraseExpired(deps: RetentionDeps): Promise<number> {
  return (await eraseIndicators(deps)) + (await eraseFlags(deps)) + (await eraseCertificates(deps));
}

async function eraseIndicators(deps: RetentionDeps): Promise<number> {
  const { indicatorLog, clock } = deps;
  return inChunks(deps, 'openedFlag', async (key, value) => {
    const opened = decodeOpenedFlag(value);
    if (opened.expiresAtMs > clock.nowMs()) return undefined;
    return [indicatorLog.erasure(opened.position), openedFlagWrite(key, null)];
  });
}

async function eraseFlags(deps: RetentionDeps): Promise<number> {
  const { store, clock } = deps;
  return inChunks(deps, 'flag', async (key, value) => {
    const flag = decodeFlag(key, value);
    if (flag.expiresAtMs > clock.nowMs()) return undefined;
    const isOpened = (await store.get('openedFlag', openedFlagKey(flag.epoch, flag.tag))) !== undefined;
    return isOpened ? undefined : flagErasure(flag);
  });
}

async function eraseCertificates(deps: RetentionDeps): Promise<number> {
  return inChunks(deps, 'certificate', async (key, value) => {
    const isUseless = decodeCertificate(value).notAfterMs + LIMITS.renewalGraceMs < deps.clock.nowMs();
    return isUseless ? [{ space: 'certificate', key, value: null }] : undefined;
  });
}

/** Looks at every record of a space, so many in a turn, and writes what each calls for. */
async function inChunks(
  { store, turns, clock }: RetentionDeps,
  space: 'flag' | 'openedFlag' | 'certificate',
  erasureOf: (key: string, value: Uint8Array) => Promise<readonly StoreWrite[] | undefined>,
): Promise<number> {
  let erased = 0;
  let from: string | undefined = '';
  while (from !== undefined) {
    const start: string = from;
    from = await turns.run(async () => {
      const writes: StoreWrite[] = [];
      let seen = 0;
      let last: string | undefined;
      for await (const { key, value } of store.list(space, { from: start, limit: CHUNK })) {
        const erasure = await erasureOf(key, value);
        if (erasure !== undefined) {
          writes.push(...erasure);
          erased += 1;
        }
        seen += 1;
        last = key;
      }
      if (writes.length > 0) {
        const facts = {
          atMs: clock.nowMs(),
          actor: 'coordinator',
          action: 'retention.erased',
          object: `space:${space}`,
        };
        await store.commit({ writes, audit: [auditEntry(facts)] });
      }
      // The next key after the last one seen: no key holds this character.
      return seen === CHUNK ? `${last}\u0000` : undefined;
    });
  }
  return erased;
}
