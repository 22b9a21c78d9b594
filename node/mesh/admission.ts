import type { Connection, Stream } from '@libp2p/interface';
import { meshRefusal } from './errors.ts';
import type { Admit } from './gate.ts';
import type { Greetings } from './greetings.ts';
import type { MeshMetrics } from './metrics.ts';
import type { Quotas } from './quotas.ts';
import type { Standing } from './standing.ts';

export type AdmissionDeps = {
  readonly greetings: Greetings;
  readonly quotas: Quotas;
  readonly standing: Standing;
  readonly metrics: MeshMetrics;
};

/** Which inbound streams are answered. */
export type Admission = {
  /** Those on a greeted connection. Others are reset and counted: nothing is answered before hello. */
  readonly greeted: Admit;
  /** The overlay's own (identify, ping, gossip, DHT): the same, within a quota of streams. */
  readonly overlay: Admit;
};

export function admission({ greetings, quotas, standing, metrics }: AdmissionDeps): Admission {
  const greeted = async (stream: Stream, connection: Connection): Promise<boolean> => {
    if (await greetings.admits(connection)) return true;
    metrics.count({ metric: 'stream', outcome: 'before_hello' });
    standing.blame(connection.remotePeer.toString(), 'before_hello');
    stream.abort(meshRefusal('MESH_HELLO'));
    return false;
  };
  const overlay = async (stream: Stream, connection: Connection): Promise<boolean> => {
    if (!(await greeted(stream, connection))) return false;
    const peerId = connection.remotePeer.toString();
    if (quotas.take('overlay', peerId)) return true;
    metrics.count({ metric: 'stream', outcome: 'over_quota' });
    standing.blame(peerId, 'over_quota');
    stream.abort(meshRefusal('MESH_QUOTA'));
    return false;
  };
  return { greeted, overlay };
}
