import {
  type handleBidiStreamingCall,
  Server,
  type ServerDuplexStream,
  type ServerWritableStream,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { toHex } from '../../../crypto/bytes.ts';
import { headerHash } from '../../../crypto/envelope.ts';
import { toPem } from '../../../crypto/x509.ts';
import { asBuffer, decodeHeader, encodeAudience } from '../../../proto/codec/envelope.ts';
import {
  type EnrolRequest,
  type EnrolResponse,
  EnrolmentServiceService,
  type RenewRequest,
  type RenewResponse,
} from '../../../proto/gen/concordat/v1/enrolment.ts';
import {
  ExchangeServiceService,
  type PublishRequest,
  type PublishResponse,
  type StreamIndicatorsRequest,
  type StreamIndicatorsResponse,
} from '../../../proto/gen/concordat/v1/exchange.ts';
import {
  LogServiceService,
  type StreamControlRequest,
  type StreamControlResponse,
} from '../../../proto/gen/concordat/v1/log.ts';
import { PolicyServiceService } from '../../../proto/gen/concordat/v1/policy.ts';
import {
  type HeartbeatRequest,
  RegistryServiceService,
  type StreamRosterRequest,
  type StreamRosterResponse,
} from '../../../proto/gen/concordat/v1/registry.ts';
import type { Pki, ServerNames } from './pki.ts';

type Unary<Request, Response> = (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;

/** Ends a call as the coordinator does: a status, and the refusal's code as its details. */
export const refuse = (code: string, how: status = status.INVALID_ARGUMENT) => ({ code: how, details: code });

/**
 * The coordinator's services over real gRPC and TLS, with what they answer in the test's hands. It acknowledges
 * publishing as soon as it is told to.
 */
export class FakeCoordinator {
  readonly heartbeats: HeartbeatRequest[] = [];
  /** Client certificate serials, by method. */
  readonly serials: string[] = [];
  readonly rosters: ServerWritableStream<StreamRosterRequest, StreamRosterResponse>[] = [];
  readonly controls: ServerWritableStream<StreamControlRequest, StreamControlResponse>[] = [];
  readonly indicators: ServerWritableStream<StreamIndicatorsRequest, StreamIndicatorsResponse>[] = [];
  readonly publishers: ServerDuplexStream<PublishRequest, PublishResponse>[] = [];
  /** Header hashes in the order of arrival, over all streams. */
  readonly arrived: string[] = [];
  acknowledges = true;
  onHeartbeat: Unary<HeartbeatRequest, { serverTimeMs: bigint }> = (_call, done) =>
    done(null, { serverTimeMs: 5_000n });
  onSubmit: Unary<unknown, { index: bigint }> = (_call, done) => done(null, { index: 3n });
  onEnrol: Unary<EnrolRequest, EnrolResponse> = (_call, done) => done(refuse('ENROL_TOKEN'));
  onRenew: Unary<RenewRequest, RenewResponse> = (_call, done) => done(refuse('RENEW_PROOF'));
  readonly #pki: Pki;
  #server = new Server();
  port = 0;

  constructor(pki: Pki) {
    this.#pki = pki;
  }

  get address(): string {
    return `localhost:${this.port}`;
  }

  /** Starts, or starts again on the same port. */
  async start(options: { readonly asksForCertificate?: boolean; readonly names?: ServerNames } = {}): Promise<void> {
    this.#server = new Server();
    this.#addServices();
    const { certificate, pkcs8, root } = await this.#pki.server(options.names);
    const pair = {
      cert_chain: Buffer.from(toPem('CERTIFICATE', certificate)),
      private_key: Buffer.from(toPem('PRIVATE KEY', pkcs8)),
    };
    const ca = Buffer.from(toPem('CERTIFICATE', root));
    const credentials = ServerCredentials.createSsl(ca, [pair], options.asksForCertificate ?? true);
    this.port = await new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${this.port}`, credentials, (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  /** Acknowledges everything that has arrived on the present stream. */
  acknowledge(header: Uint8Array): void {
    const { audience, incarnation, sequence } = decodeHeader(header);
    const value = { audience: encodeAudience(audience), incarnation, sequence: BigInt(sequence) };
    this.publishers.at(-1)?.write({ answer: { $case: 'acknowledged', value } });
  }

  #addServices(): void {
    this.#server.addService(RegistryServiceService, {
      heartbeat: (
        call: ServerUnaryCall<HeartbeatRequest, { serverTimeMs: bigint }>,
        done: sendUnaryData<{ serverTimeMs: bigint }>,
      ) => {
        this.serials.push(serialOf(call));
        this.heartbeats.push(call.request);
        this.onHeartbeat(call, done);
      },
      streamRoster: (call: ServerWritableStream<StreamRosterRequest, StreamRosterResponse>) =>
        void this.rosters.push(call),
    });
    this.#server.addService(LogServiceService, {
      getCheckpoint: (_call: unknown, done: sendUnaryData<{ checkpoint: Buffer }>) =>
        done(null, { checkpoint: Buffer.from('note') }),
      getEntries: (_call: unknown, done: sendUnaryData<{ entries: Buffer[] }>) =>
        done(null, { entries: [Buffer.from('leaf')] }),
      getInclusionProof: (_call: unknown, done: sendUnaryData<{ hashes: Buffer[] }>) =>
        done(null, { hashes: [Buffer.alloc(32, 1)] }),
      getConsistencyProof: (_call: unknown, done: sendUnaryData<{ hashes: Buffer[] }>) =>
        done(null, { hashes: [Buffer.alloc(31)] }),
      streamControl: (call: ServerWritableStream<StreamControlRequest, StreamControlResponse>) =>
        void this.controls.push(call),
      cosign: (_call: unknown, done: sendUnaryData<object>) => done(null, {}),
    });
    this.#server.addService(ExchangeServiceService, {
      publish: ((call) => this.#publish(call)) as handleBidiStreamingCall<PublishRequest, PublishResponse>,
      getHeads: (_call: unknown, done: sendUnaryData<unknown>) => {
        const audience = encodeAudience({ scope: 'coordinator', id: '' });
        done(null, { heads: [{ audience, incarnation: 0, sequence: 4n }], headerHashes: [Buffer.alloc(32, 9)] });
      },
      streamIndicators: (call: ServerWritableStream<StreamIndicatorsRequest, StreamIndicatorsResponse>) =>
        void this.indicators.push(call),
    });
    this.#server.addService(PolicyServiceService, {
      submitStatement: (call: ServerUnaryCall<unknown, { index: bigint }>, done: sendUnaryData<{ index: bigint }>) =>
        this.onSubmit(call, done),
    });
    this.#server.addService(EnrolmentServiceService, {
      enrol: (call: ServerUnaryCall<EnrolRequest, EnrolResponse>, done: sendUnaryData<EnrolResponse>) =>
        this.onEnrol(call, done),
      renew: (call: ServerUnaryCall<RenewRequest, RenewResponse>, done: sendUnaryData<RenewResponse>) =>
        this.onRenew(call, done),
    });
  }

  #publish(call: ServerDuplexStream<PublishRequest, PublishResponse>): void {
    this.publishers.push(call);
    call.on('error', () => {});
    call.on('data', ({ envelope }: PublishRequest) => {
      if (envelope === undefined) return;
      this.arrived.push(toHex(headerHash(envelope.header)));
      if (this.acknowledges) this.acknowledge(envelope.header);
    });
    call.on('end', () => call.end());
  }
}

function serialOf(call: ServerUnaryCall<unknown, unknown>): string {
  const certificate = call.getAuthContext().sslPeerCertificate;
  return certificate === undefined ? '' : asBuffer(certificate.raw).toString('base64').slice(-16);
}
