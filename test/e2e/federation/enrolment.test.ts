import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect } from 'node:tls';
import { credentials } from '@grpc/grpc-js';
import test from 'ava';
import { toPem } from '../../../crypto/x509.ts';
import { readJoinToken } from '../../../node/federation/join-token.ts';
import { decodeGenesis } from '../../../proto/codec/membership.ts';
import { EnrolmentServiceClient } from '../../../proto/gen/concordat/v1/enrolment.ts';
import { ask, clientsAt, codeOf } from '../../fixtures/coordinator-client.ts';
import { createToken, enrolNode, startCoordinator } from '../../tools/federation/found.ts';
import type { Officer } from '../../tools/federation/officer.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { type RunningProgram, runJson } from '../../tools/programs.ts';
import { NeedleSearch } from '../../tools/search/needle-search.ts';
import { searchHome } from '../../tools/search/search-home.ts';
import { someAgencies } from './support/agencies.ts';
import { type Candidate, createCandidate, redeem } from './support/candidate.ts';
import { insiderOf, officerKeyOf } from './support/insider.ts';

const workspace = Workspace.create();
let coordinator: RunningProgram;
let home: string;
let officers: readonly Officer[];

test.before(async () => {
  const founding = { name: 'enrolment', agencies: someAgencies(2), approvals: 2 };
  ({ home, officers, running: coordinator } = await startCoordinator(workspace, founding));
});
test.after.always(() => workspace.close());

const officer = (): Officer => officers[0] ?? raise();
const raise = (): never => {
  throw new Error('no officer');
};

test.serial('F-01 a node joins by a one-time token, and its private keys never leave it', async (t) => {
  const node = await enrolNode(workspace, home, officer());
  const { nodes } = await listNodes();
  t.deepEqual(
    nodes.map(({ peer_id: peerId, state }) => [peerId, state]),
    [[node.peerId, 'active']],
  );
  const { identitySecretKey, sealingSecretKey, tls } = await insiderOf(node);
  const secrets = [identitySecretKey, sealingSecretKey, tls.pkcs8.subarray(-64)];
  const { found } = await searchHome(home, new NeedleSearch(secrets), workspace.path('copy'));
  t.is(found.size, 0, 'the coordinator has none of them');
});

test.serial('F-01 fifty parallel redemptions of one token give exactly one member', async (t) => {
  const before = (await listNodes()).nodes.length;
  const token = readJoinToken(readFileSync(await createToken(workspace, home, 'contended'), 'utf8'));
  const key = officerKeyOf(officer());
  const candidates: Candidate[] = [];
  for (let number = 0; number < 50; number += 1)
    candidates.push(await createCandidate(key, token.federationId, `node-c${number}`));
  const outcomes = await Promise.all(candidates.map((candidate) => redeem(candidate, token)));
  t.is(outcomes.filter((outcome) => outcome === 'joined').length, 1);
  const { nodes } = await listNodes();
  t.is(nodes.length, before + 1);
  const refusals = new Set(outcomes.filter((outcome) => outcome !== 'joined'));
  t.is(refusals.size, 1, [...refusals].join('; '));
});

test.serial('F-01 unknown, used, revoked and expired tokens are refused in the same words', async (t) => {
  const key = officerKeyOf(officer());
  const tokenOf = async (label: string): Promise<ReturnType<typeof readJoinToken>> =>
    readJoinToken(readFileSync(await createToken(workspace, home, label), 'utf8'));
  const used = await tokenOf('used');
  const candidate = async (nodeId: string): Promise<Candidate> => createCandidate(key, used.federationId, nodeId);
  t.is(await redeem(await candidate('node-used'), used), 'joined');
  const revoked = await tokenOf('revoked');
  const list = ['token', 'list', '--home', home];
  const { tokens } = await runJson<{ tokens: { token_id: string; label: string }[] }>('coordinator', list);
  const id = tokens.find(({ label }) => label === 'revoked')?.token_id ?? '';
  await runJson('coordinator', ['token', 'revoke', id, '--home', home]);
  const unknown = { ...used, secret: used.secret.map((byte) => byte ^ 0xff) };
  const sameDay = [
    await redeem(await candidate('node-d0'), unknown),
    await redeem(await candidate('node-d1'), used),
    await redeem(await candidate('node-d2'), revoked),
  ];
  // Made two days ago, by the coordinator's clock: one for a day, one for four.
  const { expired, lasting } = await twoDaysAgo(async () => ({
    expired: await tokenOf('expired'),
    lasting: readJoinToken(readFileSync(await createToken(workspace, home, 'lasting', ['--hours', '96']), 'utf8')),
  }));
  const refusals = [...sameDay, await redeem(await candidate('node-d3'), expired)];
  for (const refusal of refusals) t.regex(refusal, /^ENROL_TOKEN /);
  t.is(new Set(refusals).size, 1, refusals.join('; '));
  t.is(await redeem(await candidate('node-d4'), lasting), 'joined', 'made the same day, it is good today');
});

test.serial('F-02 member calls need a valid, bound, unsuspended certificate over TLS 1.3', async (t) => {
  const [, second] = officers;
  if (second === undefined) throw new Error('no second officer');
  const node = await enrolNode(workspace, home, second);
  const { certificateChain, genesisBytes, memberAddress, tls } = await insiderOf(node);
  const other = await insiderOf({ agencyId: officer().agencyId, home: workspace.path(officer().agencyId) });
  const root = rootOf(genesisBytes);
  const withCertificate = (chain: readonly Uint8Array[], pkcs8: Uint8Array) =>
    clientsAt(
      memberAddress,
      credentials.createSsl(
        root,
        Buffer.from(toPem('PRIVATE KEY', pkcs8)),
        Buffer.from(chain.map((der) => toPem('CERTIFICATE', der)).join('')),
      ),
    );
  const heartbeatOf = async (clients: ReturnType<typeof clientsAt>): Promise<string> => {
    const code = await codeOf(
      ask(clients.registry.heartbeat.bind(clients.registry), { addresses: [], version: 'e2e' }),
    );
    clients.close();
    return code;
  };
  t.is(await heartbeatOf(withCertificate(certificateChain, tls.pkcs8)), 'OK');
  t.not(await heartbeatOf(clientsAt(memberAddress, credentials.createSsl(root))), 'OK', 'no certificate');
  t.throws(
    () => withCertificate(other.certificateChain, tls.pkcs8),
    undefined,
    "another's certificate without its key",
  );
  const versions = await Promise.all([
    tlsVersion(memberAddress, root, 'TLSv1.2'),
    tlsVersion(memberAddress, root, 'TLSv1.3'),
  ]);
  t.deepEqual(versions, ['refused', 'TLSv1.3']);
  await runJson('coordinator', ['suspend', node.peerId, '--reason', 'test', '--home', home]);
  t.is(await heartbeatOf(withCertificate(certificateChain, tls.pkcs8)), 'CALL_SUSPENDED');
});

test.serial('F-02 the enrolment listener knows Enrol and Renew only, and the member listener neither', async (t) => {
  const { certificateChain, enrolmentAddress, genesisBytes, memberAddress, tls } = await insiderOf({
    agencyId: officer().agencyId,
    home: workspace.path(officer().agencyId),
  });
  const root = rootOf(genesisBytes);
  const identity = credentials.createSsl(
    root,
    Buffer.from(toPem('PRIVATE KEY', tls.pkcs8)),
    Buffer.from(certificateChain.map((der) => toPem('CERTIFICATE', der)).join('')),
  );
  const misdirected = clientsAt(enrolmentAddress, identity);
  const answers = await Promise.all([
    codeOf(ask(misdirected.registry.heartbeat.bind(misdirected.registry), { addresses: [], version: 'e2e' })),
    codeOf(ask(misdirected.exchange.getHeads.bind(misdirected.exchange), {})),
    codeOf(ask(misdirected.log.getCheckpoint.bind(misdirected.log), { log: 1 })),
    codeOf(ask(misdirected.health.check.bind(misdirected.health), { service: '' })),
  ]);
  misdirected.close();
  for (const answer of answers) t.regex(answer, /does not implement the method/);
  const enrolment = new EnrolmentServiceClient(memberAddress, identity);
  const request = { peerId: '', certificateRequest: Buffer.alloc(0), issuedAtMs: 0n, identityProof: Buffer.alloc(0) };
  t.regex(await codeOf(ask(enrolment.renew.bind(enrolment), request)), /does not implement the method/);
  enrolment.close();
});

type NodeList = { readonly nodes: readonly { readonly peer_id: string; readonly state: string }[] };

function listNodes(): Promise<NodeList> {
  return runJson<NodeList>('coordinator', ['nodes', 'list', '--home', home]);
}

/** Restarts the coordinator with a clock of two days ago for the length of some work. */
async function twoDaysAgo<Result>(work: () => Promise<Result>): Promise<Result> {
  const shift = pathToFileURL(join(import.meta.dirname, '../../tools/shift-clock.ts')).href;
  const environment = { NODE_OPTIONS: `--import=${shift}`, CLOCK_SHIFT_MS: String(-2 * 86_400_000) };
  await coordinator.stop();
  coordinator = await workspace.start('coordinator', home, [], environment);
  const result = await work();
  await coordinator.stop();
  coordinator = await workspace.start('coordinator', home);
  return result;
}

function rootOf(genesisBytes: Uint8Array): Buffer {
  return Buffer.from(toPem('CERTIFICATE', decodeGenesis(genesisBytes).rootCertificate));
}

function tlsVersion(address: string, root: Buffer, version: 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const [host = '', port] = address.split(':');
  return new Promise((resolve) => {
    const range = { minVersion: version, maxVersion: version };
    const socket = connect({ host, port: Number(port), ca: root, ALPNProtocols: ['h2'], ...range });
    const end = (outcome: string): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('secureConnect', () => end(socket.getProtocol() ?? ''));
    socket.once('error', () => end('refused'));
  });
}
