import type { ProtocolFamily } from '../metrics.ts';
import type { RequestCodec } from './request-codec.ts';

/** One kind of request between two members: its protocol on the wire and how its messages travel. */
export type RequestFamily<Request, Response> = {
  readonly name: Exclude<ProtocolFamily, 'hello'>;
  readonly protocol: string;
  readonly maximumBytes: number;
  readonly codec: RequestCodec<Request, Response>;
};
