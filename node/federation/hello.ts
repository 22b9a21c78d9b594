import type { Membership } from '../../config/policy/membership.ts';
import { VERSION } from '../../config/runtime/version.ts';
import { toHex } from '../../crypto/bytes.ts';
import { certificateIdentity } from '../../crypto/certificate-identity.ts';
import { verifyCertificate } from '../../crypto/x509.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Hello } from '../mesh/protocols/hello/codec.ts';
import type { HelloPort } from '../mesh/protocols/hello/exchange.ts';
import type { ControlLog } from '../sharing/control-log.ts';
import { federationRefusal } from './refusal.ts';

export type HelloDeps = {
  readonly membership: Membership;
  readonly peerId: PeerIdText;
  readonly certificateChain: () => readonly Uint8Array[];
  readonly controlLog: ControlLog;
  readonly clock: Clock;
  /** Told what each member's clock shows. */
  readonly onClock: (from: PeerIdText, theirMs: number) => void;
  readonly log: Log;
  /** How long after its end a certificate is still taken from a member. */
  readonly defaultGraceMs: number;
};

/**
 * What members tell each other first, and what is believed of it: a record in the log, no suspension, and a
 * certificate of the federation's root that names the same agency, node and peer. Mesh and bundles rest on record and
 * key, so that a certificate which has lapsed is taken for policy's grace, with an alarm.
 */
export function helloPort(deps: HelloDeps): HelloPort {
  const { certificateChain, clock, controlLog, membership, onClock, peerId } = deps;
  return {
    own: (): Hello => ({
      federationId: membership.federationId,
      peerId,
      certificateChain: certificateChain(),
      controlLogSize: controlLog.size(),
      version: VERSION,
      clockMs: clock.nowMs(),
      checkpoint: controlLog.checkpoint(),
    }),
    async verify(from, hello) {
      const record = membership.node(from);
      if (record === undefined || membership.isSuspended(from))
        throw federationRefusal('FEDERATION_PEER', { part: 'record' });
      // Before the certificate: a node whose own clock is far off takes all of them for lapsed, and must learn why.
      onClock(from, hello.clockMs);
      assertCertificate(from, hello, deps);
      if (hello.checkpoint.length > 0 && !(await controlLog.compare(hello.checkpoint)))
        throw federationRefusal('FEDERATION_PEER', { part: 'checkpoint' });
    },
  };
}

function assertCertificate(
  from: PeerIdText,
  hello: Hello,
  { clock, defaultGraceMs, log, membership }: HelloDeps,
): void {
  const [certificate = new Uint8Array(0)] = hello.certificateChain;
  const graceMs = membership.policy()?.certificateGraceMs ?? defaultGraceMs;
  const info = verifyCertificate({
    certificate,
    root: membership.genesis.rootCertificate,
    atMs: clock.nowMs(),
    graceMs,
  });
  const named = certificateIdentity(info);
  const record = membership.node(from);
  const same =
    named.peerId === from &&
    named.federation === toHex(membership.federationId) &&
    named.agencyId === record?.agencyId &&
    named.nodeId === record.nodeId;
  if (!same) throw federationRefusal('FEDERATION_PEER', { part: 'certificate' });
  if (info.notAfterMs < clock.nowMs())
    log.warn({ peer: from }, "a member's certificate has lapsed and is taken for the grace");
}
