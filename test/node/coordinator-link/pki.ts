import { systemRandom } from '../../../config/runtime/random.ts';
import {
  type Authority,
  type CertificateUsage,
  createAuthority,
  createSerial,
  createTlsKey,
  issueCertificate,
} from '../../../crypto/x509.ts';
import type { ClientCertificate } from '../../../node/coordinator-link/channel.ts';

const DAY_MS = 86_400_000;

/** An authority and the certificates that it gives to the coordinator and to members. */
export class Pki {
  readonly root: Uint8Array;
  readonly #authority: Authority;

  private constructor(authority: Authority) {
    this.#authority = authority;
    this.root = authority.certificate;
  }

  static async create(): Promise<Pki> {
    return new Pki(await createAuthority({ name: 'Test root', ...validity() }));
  }

  async server(): Promise<{ certificate: Uint8Array; pkcs8: Uint8Array; root: Uint8Array }> {
    const { certificate, pkcs8 } = await this.#issue('coordinator', ['server']);
    return { certificate, pkcs8, root: this.root };
  }

  async member(commonName: string): Promise<ClientCertificate> {
    const { certificate, pkcs8 } = await this.#issue(commonName, ['client']);
    return { chain: [certificate], privateKey: pkcs8 };
  }

  async #issue(commonName: string, usages: readonly CertificateUsage[]) {
    const { spki, pkcs8 } = await createTlsKey();
    const isServer = usages.includes('server');
    const certificate = await issueCertificate({
      authority: this.#authority,
      spki,
      commonName,
      uris: [`spiffe://test/${commonName}`],
      dnsNames: isServer ? ['localhost'] : [],
      ipAddresses: isServer ? ['127.0.0.1'] : [],
      serial: createSerial(systemRandom),
      ...validity(),
      usages,
    });
    return { certificate, pkcs8 };
  }
}

function validity() {
  const nowMs = Date.now();
  return { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + DAY_MS };
}
