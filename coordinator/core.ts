import { readFile } from 'node:fs/promises';
import type { CoordinatorSettings } from '../config/settings/coordinator-table.ts';
import { LIMITS } from '../config/settings/limits.ts';
import { equalBytes, toHex } from '../crypto/bytes.ts';
import { identityKeyFromSeed, type KeyPair, sealingKeyFromSecret } from '../crypto/keys.ts';
import { type TlsKey, tlsKeyOf } from '../crypto/x509.ts';
import type { Clock, Log, RandomBytes } from '../proto/domain/runtime.ts';
import { Issuer } from './ca/issuer.ts';
import { Tokens } from './enrolment/tokens.ts';
import { coordinatorError } from './errors.ts';
import type { Home } from './home.ts';
import { IndicatorLog } from './indicators/indicator-log.ts';
import { Heads } from './ingest/heads.ts';
import { openKeyFolder } from './key-folder.ts';
import { ControlLog } from './log/control-log.ts';
import { StatementDesk } from './log/statement-desk.ts';
import type { CoordinatorStore } from './store/coordinator-store.ts';
import { openLevelStore } from './store/level/level-store.ts';
import { Turns } from './turns.ts';

export type CoreDeps = {
  readonly home: Home;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Space kept free on the disk; the limit of limits.ts unless a test has less to spare. */
  readonly reserveBytes?: number;
};

/** What a coordinator is without listeners: its store, logs, authority and desks. */
export type Core = {
  readonly genesis: Uint8Array;
  readonly store: CoordinatorStore;
  readonly turns: Turns;
  readonly controlLog: ControlLog;
  readonly indicatorLog: IndicatorLog;
  readonly issuer: Issuer;
  readonly tokens: Tokens;
  readonly heads: Heads;
  readonly statements: StatementDesk;
  readonly logKey: KeyPair;
  readonly enrolmentKey: KeyPair;
  readonly tlsKey: TlsKey;
  close(): Promise<void>;
};

/**
 * Opens a home: keys, genesis, store, and the logs judged anew from the first entry.
 * @throws KEYS_*, COORDINATOR_GENESIS, STORE_*, MEMBERSHIP_*, WIRE_*
 */
export async function openCore(settings: CoordinatorSettings, deps: CoreDeps): Promise<Core> {
  const { home, clock, random, log } = deps;
  const keys = openKeyFolder(home.keys, settings.coordinator.encryptionKey, random);
  const genesis = new Uint8Array(await readFile(home.genesis));
  const logKey = identityKeyFromSeed(await keys.get('log'));
  const enrolmentKey = sealingKeyFromSecret(await keys.get('enrolment'));
  const { reserveBytes = LIMITS.reserveFileBytes } = deps;
  const store = await openLevelStore({ directory: home.store, clock, random, log, reserveBytes });
  try {
    const controlLog = await ControlLog.open(store, genesis, logKey.secretKey);
    const { membership } = controlLog;
    const named = membership.genesis;
    if (!equalBytes(named.logKey, logKey.publicKey) || !equalBytes(named.enrolmentKey, enrolmentKey.publicKey)) {
      throw coordinatorError('COORDINATOR_GENESIS');
    }
    await claimStore(store, membership.federationId);
    const { federationId } = membership;
    const indicatorLog = await IndicatorLog.open(store, { federationId, logSecretKey: logKey.secretKey, random });
    const authority = { certificate: named.rootCertificate, pkcs8: await keys.get('authority') };
    const issuer = new Issuer(authority, { clock, random });
    const turns = new Turns();
    return {
      genesis,
      store,
      turns,
      controlLog,
      indicatorLog,
      issuer,
      tokens: new Tokens({ store, clock, random }),
      heads: new Heads(store),
      statements: new StatementDesk({ store, turns, controlLog, issuer, logKey, clock }),
      logKey,
      enrolmentKey,
      tlsKey: tlsKeyOf(await keys.get('tls')),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A store belongs to one federation: under another genesis its log would mean something else. */
async function claimStore(store: CoordinatorStore, federationId: Uint8Array): Promise<void> {
  const own = Buffer.from(toHex(federationId));
  const found = await store.get('meta', 'federation');
  if (found !== undefined && !equalBytes(found, own)) throw coordinatorError('COORDINATOR_GENESIS');
  if (found !== undefined) return;
  await store.commit({
    writes: [{ space: 'meta', key: 'federation', value: own }],
    conditions: [{ space: 'meta', key: 'federation', is: null }],
    audit: [],
  });
}
