import test from 'ava';
import { peerKnowledge } from '../../../node/federation/peer-knowledge.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { FederationSim } from '../sharing/federation-sim.ts';
import { SIM_SYSTEM } from '../sharing/sim/sim-node.ts';

test('hints of both rounds reach triage while policy has two, and of the first alone once it has one', async (t) => {
  const hints = { ...TEST_POLICY.hints, rounds: 2, budgetPerAccount: 12 };
  const sim = await FederationSim.start(t.title, { policy: { hints } });
  await sim.round();
  const [node, reader] = [sim.node(0), sim.node(1)];
  node.knowledge.shared.push({ accountId: 'a', peerAgency: reader.agencyId });
  await sim.closeWindows();
  const knowledge = peerKnowledge(reader.sharing, reader.agencyId, SIM_SYSTEM);
  const accounts = [{ agency: node.agencyId, accountId: 'a' }];
  const rounds = async (): Promise<readonly number[]> =>
    (await knowledge.hintsFor(accounts, sim.businessTime.nowMs())).map(({ round }) => round);
  t.deepEqual(await rounds(), [1, 2]);
  await sim.adoptPolicy({ hints: { ...hints, rounds: 1 } });
  t.deepEqual(await rounds(), [1]);
});
