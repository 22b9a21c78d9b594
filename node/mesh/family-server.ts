import type { Connection, Stream } from '@libp2p/interface';
import { LIMITS } from '../../config/settings/limits.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import { meshRefusal } from './errors.ts';
import { framesOn } from './frames.ts';
import type { Admit } from './gate.ts';
import type { MeshLibp2p } from './libp2p-node.ts';
import type { RequestFamily } from './protocols/family.ts';
import { HINTS_FAMILY } from './protocols/hints/client.ts';
import { type HintAnswers, hintsHandler } from './protocols/hints/handler.ts';
import { KEYS_FAMILY } from './protocols/keys/client.ts';
import { type KeyAnswers, keysHandler } from './protocols/keys/handler.ts';
import { MATCH_FAMILY } from './protocols/match/client.ts';
import { type MatchAnswers, matchHandler } from './protocols/match/handler.ts';
import { OPRF_FAMILY } from './protocols/oprf/client.ts';
import { type OprfAnswers, oprfHandler } from './protocols/oprf/handler.ts';
import { type Answer, serveRequests, type ServeDeps } from './protocols/serve.ts';
import { SYNC_FAMILY } from './protocols/sync/client.ts';
import { type SyncAnswers, syncHandler } from './protocols/sync/handler.ts';

/** Who answers what other members ask; handed in by the composition root. */
export type MeshAnswers = {
  readonly sync: SyncAnswers;
  readonly keys: KeyAnswers;
  readonly oprf: OprfAnswers;
  readonly match: MatchAnswers;
  readonly hints: HintAnswers;
};

export type FamilyServerDeps = Omit<ServeDeps, 'take'> & {
  readonly admit: Admit;
  readonly take: (family: keyof MeshAnswers, peerId: PeerIdText) => boolean;
};

/** Answers requests of all families on one libp2p. A family without an answerer refuses with MESH_NOT_SERVED. */
export class FamilyServer {
  readonly #deps: FamilyServerDeps;
  #answers: Partial<MeshAnswers> = {};

  constructor(deps: FamilyServerDeps) {
    this.#deps = deps;
  }

  serve(answers: Partial<MeshAnswers>): void {
    this.#answers = { ...this.#answers, ...answers };
  }

  async register(libp2p: MeshLibp2p): Promise<void> {
    await this.#handle(libp2p, SYNC_FAMILY, ({ sync }) => sync && syncHandler(sync));
    await this.#handle(libp2p, KEYS_FAMILY, ({ keys }) => keys && keysHandler(keys));
    await this.#handle(libp2p, OPRF_FAMILY, ({ oprf }) => oprf && oprfHandler(oprf));
    await this.#handle(libp2p, MATCH_FAMILY, ({ match }) => match && matchHandler(match));
    await this.#handle(libp2p, HINTS_FAMILY, ({ hints }) => hints && hintsHandler(hints));
  }

  async #handle<Request, Response>(
    libp2p: MeshLibp2p,
    family: RequestFamily<Request, Response>,
    handlerOf: (answers: Partial<MeshAnswers>) => Answer<Request, Response> | undefined,
  ): Promise<void> {
    const answer: Answer<Request, Response> = async (peerId, request) => {
      const handler = handlerOf(this.#answers);
      if (handler === undefined) throw meshRefusal('MESH_NOT_SERVED');
      return handler(peerId, request);
    };
    const take = (peerId: PeerIdText) => this.#deps.take(family.name, peerId);
    const handle = async (stream: Stream, connection: Connection) => {
      if (!(await this.#deps.admit(stream, connection))) return;
      const peerId = asId<PeerIdText>(connection.remotePeer.toString());
      const frames = framesOn(stream, family.maximumBytes);
      await serveRequests(family, answer, { peerId, frames }, { ...this.#deps, take });
    };
    await libp2p.handle(family.protocol, handle, { maxInboundStreams: LIMITS.inboundStreamsPerProtocol });
  }
}
