import type { EventEmitter } from 'node:events';
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js';
import type { Call, Guard, KnownCall, MemberCall } from './call.ts';
import { statusOf } from './status.ts';

/** Sends one message; resolves when there is room for the next, at once when the call is over. */
export type Send<Message> = (message: Message) => Promise<void>;

type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'getPeer' | 'getAuthContext'>;

/** A handler of one question and one answer, behind a guard. */
export function unary<Request, Response, Caller extends KnownCall>(
  guard: Guard<Caller>,
  method: string,
  handle: (request: Request, caller: Caller) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const done = guard(describe(call, method, false), (caller) => handle(call.request, caller));
    void answer(done, callback);
  };
}

/** A handler that sends until it returns, the caller goes, or the member is cut off. */
export function serverStream<Request, Message>(
  guard: Guard<MemberCall>,
  method: string,
  handle: (request: Request, caller: MemberCall, send: Send<Message>) => Promise<void>,
): handleServerStreamingCall<Request, Message> {
  return (call) => {
    const work = (member: MemberCall): Promise<void> =>
      whileOpen(call, member, (caller) => handle(call.request, caller, sender(call, caller.signal)));
    end(call, guard(describe(call, method, true), work));
  };
}

/** A handler of a stream in and a stream out. */
export function bidiStream<Request, Message>(
  guard: Guard<MemberCall>,
  method: string,
  handle: (incoming: ServerDuplexStream<Request, Message>, caller: MemberCall, send: Send<Message>) => Promise<void>,
): handleBidiStreamingCall<Request, Message> {
  return (call) => {
    const work = (member: MemberCall): Promise<void> =>
      whileOpen(call, member, (caller) => handle(call, caller, sender(call, caller.signal)));
    end(call, guard(describe(call, method, true), work));
  };
}

function describe(call: AnyCall, method: string, isStream: boolean): Call {
  const certificate = call.getAuthContext().sslPeerCertificate?.raw;
  return { method, remote: call.getPeer(), certificate: certificate && new Uint8Array(certificate), isStream };
}

async function answer<Response>(done: Promise<Response>, callback: sendUnaryData<Response>): Promise<void> {
  const [error, response] = await done.then(
    (value) => [null, value] as const,
    (reason: unknown) => [statusOf(reason), undefined] as const,
  );
  callback(error, response);
}

/** Runs a handler under a signal that also ends when the caller goes; one that was cut off ends with the reason. */
async function whileOpen(
  call: EventEmitter,
  member: MemberCall,
  handle: (caller: MemberCall) => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  call.on('cancelled', leave);
  try {
    await handle({ ...member, signal: AbortSignal.any([member.signal, gone.signal]) });
    member.signal.throwIfAborted();
  } finally {
    call.off('cancelled', leave);
  }
}

function sender<Request, Message>(
  call: ServerWritableStream<Request, Message> | ServerDuplexStream<Request, Message>,
  signal: AbortSignal,
): Send<Message> {
  return async (message) => {
    if (signal.aborted || call.destroyed || call.write(message)) return;
    await new Promise<void>((resolve) => {
      const proceed = (): void => {
        call.off('drain', proceed);
        signal.removeEventListener('abort', proceed);
        resolve();
      };
      call.once('drain', proceed);
      signal.addEventListener('abort', proceed, { once: true });
    });
  };
}

/** A stream ends with a status: OK after its handler, otherwise that of the error. */
function end(call: { end(): unknown; emit(event: 'error', error: object): boolean }, done: Promise<void>): void {
  done.then(
    () => call.end(),
    (error: unknown) => call.emit('error', statusOf(error)),
  );
}
