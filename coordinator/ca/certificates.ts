import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';

/** What the authority keeps of a certificate it issued. */
export type CertificateRecord = {
  /** Lower-case hex. */
  readonly serial: string;
  readonly peerId: PeerIdText;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

export function certificateWrite(record: CertificateRecord): StoreWrite {
  const key = `${record.peerId}/${record.serial}`;
  return { space: 'certificate', key, value: Buffer.from(JSON.stringify(record)) };
}

/** Certificates that still run, of all members; older ones are of no more use and are left out. */
export async function runningCertificates(
  store: CoordinatorStore,
  nowMs: number,
): Promise<readonly CertificateRecord[]> {
  const running: CertificateRecord[] = [];
  for await (const { value } of store.list('certificate')) {
    const record = decodeCertificate(value);
    if (record.notAfterMs > nowMs) running.push(record);
  }
  return running;
}

/** End of a member's latest certificate, lapsed ones too; undefined when it never had one. */
export async function latestEndMs(store: CoordinatorStore, peerId: PeerIdText): Promise<number | undefined> {
  let latest: number | undefined;
  for await (const { value } of store.list('certificate', { prefix: `${peerId}/` })) {
    latest = Math.max(latest ?? 0, decodeCertificate(value).notAfterMs);
  }
  return latest;
}

export function decodeCertificate(value: Uint8Array): CertificateRecord {
  const record = JSON.parse(Buffer.from(value).toString('utf8')) as CertificateRecord;
  return { ...record, peerId: asId(record.peerId) };
}
