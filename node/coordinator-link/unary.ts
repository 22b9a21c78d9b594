import { type CallOptions, type ClientUnaryCall, Metadata, type ServiceError } from '@grpc/grpc-js';
import { LIMITS } from '../../config/settings/limits.ts';
import { linkRefusal } from './errors.ts';
import { refusalOfCall } from './status.ts';

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/**
 * One call with one answer. It fails at once while the channel is down, and is given up after LIMITS.requestTimeoutMs
 * or when the signal says so.
 * @throws LINK_AWAY, LINK_DENIED, LINK_REFUSED, LINK_OVERSIZE, LINK_STOPPED, or the code that the coordinator named
 */
export function callUnary<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let call: ClientUnaryCall | undefined;
    const cancel = () => call?.cancel();
    const timer = setTimeout(cancel, LIMITS.requestTimeoutMs);
    options.signal?.addEventListener('abort', cancel);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
      done();
    };
    try {
      call = method(request, new Metadata(), {}, (error, response) =>
        settle(() => (error === null ? resolve(response) : reject(refusalOfCall(error)))),
      );
    } catch (cause) {
      // The one thing that grpc-js throws here: the channel has been closed.
      settle(() => reject(linkRefusal('LINK_STOPPED', { cause })));
    }
  });
}
