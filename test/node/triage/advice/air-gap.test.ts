import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test, { type ExecutionContext } from 'ava';
import { alertOf, listedAlert, matchOf } from '../world.ts';
import { adviserWith, decideIn, supervising } from './advised.ts';
import { replyText, serveModel } from './model-server.ts';

/** Counts every socket that this process opens towards anything while it runs. */
async function socketsOf(t: ExecutionContext, work: () => Promise<void>): Promise<number> {
  let sockets = 0;
  const count = (): void => void (sockets += 1);
  subscribe('net.client.socket', count);
  t.teardown(() => void unsubscribe('net.client.socket', count));
  await work();
  unsubscribe('net.client.socket', count);
  return sockets;
}

test.serial('S0-14 (air gap) without a key no socket is opened, and decisions hold nothing of advice', async (t) => {
  const composed = adviserWith({});
  t.is(composed.adviser.status().driver, 'local');
  t.deepEqual(composed.warnings, []);
  const deps = await supervising(composed.adviser);
  const sockets = await socketsOf(t, async () => {
    for (const alert of [alertOf(), listedAlert('SANCTIONS', [matchOf()]), listedAlert('PEP', [])]) {
      const { audit, decision } = await decideIn(deps, alert);
      t.false('advice' in decision);
      t.false('warnings' in decision.dataQuality);
      t.false(audit.some(({ action }) => action === 'triage.advise'));
    }
  });
  t.is(sockets, 0);
});

test.serial('S0-14 (air gap) the count sees the sockets of a driver that does call', async (t) => {
  const server = await serveModel(t, (call) => ({ text: replyText(call) }));
  const { adviser } = adviserWith({ anthropicApiKey: 'key', anthropicBaseUrl: server.anthropicUrl });
  const deps = await supervising(adviser);
  const sockets = await socketsOf(t, async () => void (await decideIn(deps, alertOf())));
  t.is(sockets, 1);
});
