import { Channel, type ChannelCredentials, type ChannelOptions, type ClientOptions, credentials } from '@grpc/grpc-js';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import { LIMITS } from '../../config/settings/limits.ts';
import { toPem } from '../../crypto/x509.ts';

/** What this node proves itself with. */
export type ClientCertificate = {
  /** X.509 in DER, own certificate first. */
  readonly chain: readonly Uint8Array[];
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array;
};

export type ChannelTarget = {
  /** `host:port`; the host must stand in the coordinator's certificate. */
  readonly address: string;
  /** The genesis' root certificate, DER: the only authority that is believed. */
  readonly rootCertificate: Uint8Array;
  /** None at the enrolment listener. */
  readonly certificate?: ClientCertificate;
};

/** How long a connection may be silent after a ping before it counts as dead. */
const PING_ANSWER_MS = 10_000;

const OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': LIMITS.grpcMessageBytes,
  'grpc.max_send_message_length': LIMITS.grpcMessageBytes,
  'grpc.keepalive_time_ms': LIMITS.linkKeepaliveMs,
  'grpc.keepalive_timeout_ms': PING_ANSWER_MS,
  'grpc.initial_reconnect_backoff_ms': LIMITS.linkRetryFirstMs,
  'grpc.min_reconnect_backoff_ms': LIMITS.linkRetryFirstMs,
  'grpc.max_reconnect_backoff_ms': LIMITS.linkRetryMostMs,
  // Retries belong to the callers, who know what may be done twice.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  // A new certificate gets a connection of its own.
  'grpc.use_local_subchannel_pool': 1,
};

/** A generated client's constructor. */
type ServiceConstructor<Service> = new (
  address: string,
  credentials: ChannelCredentials,
  options: Partial<ClientOptions>,
) => Service;

/** One connection over TLS 1.3 for all services; it is made with the first call and made again when it broke. */
export class CoordinatorChannel {
  readonly #address: string;
  readonly #credentials: ChannelCredentials;
  readonly #channel: Channel;

  constructor(target: ChannelTarget) {
    this.#address = target.address;
    this.#credentials = channelCredentials(target);
    const named = isIP(hostOf(target.address)) === 0 ? {} : { 'grpc.ssl_target_name_override': NAME_OF_AN_ADDRESS };
    this.#channel = new Channel(target.address, this.#credentials, { ...OPTIONS, ...named });
  }

  /** A client of one service on this connection. */
  client<Service>(constructor: ServiceConstructor<Service>): Service {
    return new constructor(this.#address, this.#credentials, { channelOverride: this.#channel });
  }

  /** Takes no more calls; those under way come to their end. */
  close(): void {
    this.#channel.close();
  }
}

/**
 * What is said in the handshake to a coordinator that is reached by its IP address: a server name must not be an
 * address (RFC 6066, section 3), and the coordinator has one certificate for all names. Identity does not rest on it.
 */
const NAME_OF_AN_ADDRESS = 'coordinator.invalid';

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** grpc-js leaves TLS 1.2 on unless it is handed a context of our own. */
function channelCredentials({ address, rootCertificate, certificate }: ChannelTarget): ChannelCredentials {
  const host = hostOf(address);
  return credentials.createFromSecureContext(
    createSecureContext({
      minVersion: 'TLSv1.3',
      ca: toPem('CERTIFICATE', rootCertificate),
      ...(certificate && {
        cert: certificate.chain.map((der) => toPem('CERTIFICATE', der)).join(''),
        key: toPem('PRIVATE KEY', certificate.privateKey),
      }),
    }),
    // The host that was dialled must stand in the certificate, whatever name the handshake carried.
    { checkServerIdentity: (_name, shown) => checkServerIdentity(host, shown) },
  );
}
