import test, { type ExecutionContext } from 'ava';
import { helloPort } from '../../../node/federation/hello.ts';
import type { Hello } from '../../../node/mesh/protocols/hello/codec.ts';
import type { HelloPort } from '../../../node/mesh/protocols/hello/exchange.ts';
import { asId, type PeerIdText } from '../../../proto/domain/ids.ts';
import { FederationSim } from '../sharing/federation-sim.ts';

async function scene(t: ExecutionContext): Promise<{
  readonly port: HelloPort;
  readonly member: PeerIdText;
  readonly clocks: (readonly [PeerIdText, number])[];
}> {
  const sim = await FederationSim.start(t.title);
  const [own, other] = [sim.node(0), sim.node(1)];
  const clocks: (readonly [PeerIdText, number])[] = [];
  const port = helloPort({
    membership: own.sharing.membership,
    peerId: own.peerId,
    certificateChain: () => [],
    controlLog: own.sharing.controlLog,
    clock: sim.clock,
    onClock: (from, theirMs) => void clocks.push([from, theirMs]),
    log: own.log,
    defaultGraceMs: 0,
  });
  return { port, member: other.peerId, clocks };
}

const hello = (port: HelloPort, clockMs: number): Hello => ({ ...port.own(), clockMs });

test('a clock is heard though the certificate is not believed: it may be this clock that is wrong', async (t) => {
  const { clocks, member, port } = await scene(t);
  await t.throwsAsync(port.verify(member, hello(port, 7)));
  t.deepEqual(clocks, [[member, 7]]);
});

test('the clock of somebody who is no member is not heard', async (t) => {
  const { clocks, port } = await scene(t);
  await t.throwsAsync(port.verify(asId('stranger'), hello(port, 7)), { code: 'FEDERATION_PEER' });
  t.deepEqual(clocks, []);
});
