import type { AgencyNode } from './agency-node.ts';

/** What `GET /api/v1/sharing` says, as far as it is looked at here. */
export type Standing = {
  readonly federation_id: string;
  readonly peer_id: string;
  readonly suspended: boolean;
  readonly mode: { readonly mode: string };
  readonly coordinator: 'connected' | 'away';
  readonly clock: { readonly state: string; readonly offset_ms: number | null; readonly voices: number };
  readonly peers: readonly {
    readonly peer_id: string;
    readonly agency: string;
    readonly suspended: boolean;
    readonly connected: boolean;
  }[];
  readonly policy_version: number | null;
  readonly epoch: number;
  readonly generation: number;
  readonly closed_epoch: number;
  readonly epoch_over: boolean;
  readonly control_log_size: number;
  /** Length of the indicator log as verified here. */
  readonly indicators: number;
  readonly flags: Readonly<Record<string, number>>;
  readonly outbox: number;
  readonly hints: {
    readonly rounds: number;
    readonly epsilon: number;
    readonly budget_per_account: number;
    readonly accounts: number;
    readonly most_spent: number;
    readonly second_round: { readonly on: boolean; readonly reason: string | null; readonly waiting: boolean };
  };
  readonly features: readonly { readonly kind: string; readonly on: boolean; readonly reason: string | null }[];
  readonly objects_sent: Readonly<Record<string, number>>;
};

export function sharingOf(node: AgencyNode): Promise<Standing> {
  return node.rest.get<Standing>('/api/v1/sharing');
}

/** Whether every member is connected with every other and with the coordinator. */
export async function isMeshComplete(members: readonly { readonly node: AgencyNode }[]): Promise<boolean> {
  const standings = await Promise.all(members.map(({ node }) => sharingOf(node)));
  return standings.every(
    ({ coordinator, peers }) =>
      coordinator === 'connected' && peers.length === members.length - 1 && peers.every(({ connected }) => connected),
  );
}
