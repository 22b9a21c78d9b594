import { ServerCredentials } from '@grpc/grpc-js';
import { LIMITS } from '../../config/settings/limits.ts';
import { toPem } from '../../crypto/x509.ts';

/** A listener's certificate and key, and the root that its clients' certificates come from. All DER. */
export type ListenerIdentity = {
  readonly certificate: Uint8Array;
  readonly pkcs8: Uint8Array;
  readonly root: Uint8Array;
};

/**
 * TLS 1.3 and nothing older, by this listener's own options and not by the process' default: grpc-js offers TLS 1.2
 * with CBC unless it is told otherwise (measured). The certificate can be replaced while connections stand.
 */
export class ListenerCredentials extends ServerCredentials {
  constructor(identity: ListenerIdentity, options: { readonly asksForCertificate: boolean }) {
    const { asksForCertificate } = options;
    super(
      {
        requestCert: asksForCertificate,
        rejectUnauthorized: asksForCertificate,
        handshakeTimeout: LIMITS.handshakeTimeoutMs,
      },
      contextOf(identity),
    );
  }

  replace(identity: ListenerIdentity): void {
    this.updateSecureContextOptions(contextOf(identity));
  }

  _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ certificate, pkcs8, root }: ListenerIdentity) {
  return {
    ca: toPem('CERTIFICATE', root),
    cert: toPem('CERTIFICATE', certificate),
    key: toPem('PRIVATE KEY', pkcs8),
    minVersion: 'TLSv1.3' as const,
  };
}
