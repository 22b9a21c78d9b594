import { isIP } from 'node:net';
import type { CoordinatorSettings } from '../config/settings/coordinator-table.ts';
import type { Core } from './core.ts';
import { logFault, type Parts } from './parts.ts';
import type { ListenerIdentity } from './rpc/listener-credentials.ts';

export type DatedIdentity = { readonly identity: ListenerIdentity; readonly renewAtMs: number };

/** A certificate for the listeners, for every name under which they are reached, and when the next one is due. */
export async function issueListenerIdentity(
  { issuer, tlsKey }: Core,
  { advertise, host, names }: CoordinatorSettings['coordinator'],
): Promise<DatedIdentity> {
  const all = [...new Set([advertise, host, ...names])];
  const { der, renewAtMs } = await issuer.issueServer(tlsKey.spki, {
    dnsNames: all.filter((name) => isIP(name) === 0),
    ipAddresses: all.filter((name) => isIP(name) !== 0),
  });
  return { identity: { certificate: der, pkcs8: tlsKey.pkcs8, root: issuer.root }, renewAtMs };
}

/** Replaces the listeners' certificate whenever it is due, while connections stand. */
export function keepRenewed(
  parts: Parts,
  first: DatedIdentity,
  listeners: readonly { replaceIdentity(identity: ListenerIdentity): void }[],
): void {
  let timer: NodeJS.Timeout;
  const renew = async (): Promise<void> => {
    const next = await issueListenerIdentity(parts.core, parts.settings.coordinator);
    for (const listener of listeners) listener.replaceIdentity(next.identity);
    schedule(next.renewAtMs);
  };
  const schedule = (atMs: number): void => {
    const run = (): void => void renew().catch((error: unknown) => logFault(parts, 'certificate not renewed', error));
    timer = setTimeout(run, atMs - parts.deps.clock.nowMs()).unref();
  };
  schedule(first.renewAtMs);
  parts.lifecycle.add('certificate renewal', () => clearTimeout(timer));
}
