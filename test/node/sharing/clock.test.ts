import test from 'ava';
import { FederationSim } from './federation-sim.ts';
import { codeOf } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const QUESTION = { tokenType: 'account', value: 'x', purpose: 'aml', caseHandle: 'c', person: 'ann' } as const;
const CONTROL: ReadonlySet<string> = new Set(['grant', 'heads', 'range', 'statements', 'indicators']);

async function summariesAt(node: SimNode): Promise<number> {
  return (await Array.fromAsync(node.sharing.summariesReceived.list(SIM_SYSTEM))).length;
}

/** What a node sent that carries its dates. */
function datedOf(sim: FederationSim, { peerId }: SimNode): readonly string[] {
  return sim.mesh.calls.flatMap(({ from, method }) => (from === peerId && !CONTROL.has(method) ? [method] : []));
}

test('R-06 (clock) a node whose clock is off sends nothing dated and still receives; nothing of it is lost', async (t) => {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  const [off, other] = [sim.node(1), sim.node(2)];
  off.clockHolds = false;
  const before = datedOf(sim, off).length;
  t.is(await codeOf(() => off.sharing.windows.close(1)), 'SHARING_CLOCK');
  await other.sharing.windows.close(1);
  await sim.round();
  t.is(off.sharing.windows.closedEpoch(), 0, 'its window stays open');
  t.is(await summariesAt(off), 1, 'it receives');
  t.deepEqual(datedOf(sim, off).slice(before), []);
  off.clockHolds = true;
  await off.sharing.windows.close(1);
  await sim.round();
  t.is(off.sharing.windows.closedEpoch(), 1);
  t.is(await summariesAt(other), 1, 'it sends');
});

test('R-06 (clock) what was signed before the clock went off waits until it holds', async (t) => {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  const [off, other] = [sim.node(1), sim.node(2)];
  sim.mesh.setOffline(off.peerId, true);
  await off.sharing.windows.close(1);
  await sim.round();
  off.clockHolds = false;
  sim.mesh.setOffline(off.peerId, false);
  await sim.round();
  t.is(await summariesAt(other), 0);
  off.clockHolds = true;
  await sim.round();
  t.is(await summariesAt(other), 1);
});

test('R-06 (clock) a node whose clock is off neither asks nor answers matches: receipts are dated', async (t) => {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  const [asker, answerer] = [sim.node(0), sim.node(1)];
  const ask = async (): Promise<string> => {
    const found = asker.sharing.asker.answerers().find(({ peerId }) => peerId === answerer.peerId);
    return found === undefined ? 'silent' : codeOf(() => asker.sharing.asker.ask(found, QUESTION));
  };
  answerer.clockHolds = false;
  t.is(await ask(), 'SHARING_CLOCK');
  answerer.clockHolds = true;
  asker.clockHolds = false;
  const before = sim.mesh.calls.length;
  t.is(await ask(), 'SHARING_CLOCK');
  t.is(sim.mesh.calls.length, before, 'nothing was asked');
  asker.clockHolds = true;
  t.is(await ask(), 'none');
});
