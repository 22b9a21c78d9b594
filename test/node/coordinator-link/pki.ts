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

/** Under which a coordinator may be reached. */
export type ServerNames = { readonly dnsNames: readonly string[]; readonly ipAddresses: readonly string[] };
const LOOPBACK: ServerNames = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };

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

  async server(
    names: ServerNames = LOOPBACK,
  ): Promise<{ certificate: Uint8Array; pkcs8: Uint8Array; root: Uint8Array }> {
    const { certificate, pkcs8 } = await this.#issue('coordinator', ['server'], names);
    return { certificate, pkcs8, root: this.root };
  }

  async member(commonName: string): Promise<ClientCertificate> {
    const { certificate, pkcs8 } = await this.#issue(commonName, ['client']);
    return { chain: [certificate], privateKey: pkcs8 };
  }

  async #issue(commonName: string, usages: readonly CertificateUsage[], names?: ServerNames) {
    const { spki, pkcs8 } = await createTlsKey();
    const certificate = await issueCertificate({
      authority: this.#authority,
      spki,
      commonName,
      uris: [`spiffe://test/${commonName}`],
      dnsNames: names?.dnsNames ?? [],
      ipAddresses: names?.ipAddresses ?? [],
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
