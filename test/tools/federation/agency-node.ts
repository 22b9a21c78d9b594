import { Rest } from '../rest.ts';
import { type Environment, type RunningProgram, runJson, runText } from '../programs.ts';
import type { Workspace } from './workspace.ts';

/** Ports are any free ones; data is of the past, so decisions are as of their own time. */
const SETTINGS = ['--api-port', '0', '--metrics-port', '0', '--node-business-time', 'replay'] as const;

/** A node of an agency, driven as its operator drives it: by command line and REST. */
export class AgencyNode {
  readonly agencyId: string;
  readonly home: string;
  readonly peerId: string;
  readonly #workspace: Workspace;
  #running: RunningProgram | undefined;
  #secondPerson: Environment | undefined;

  private constructor(workspace: Workspace, agencyId: string, home: string, peerId: string) {
    this.#workspace = workspace;
    this.agencyId = agencyId;
    this.home = home;
    this.peerId = peerId;
  }

  /** Makes a home; nothing runs yet. */
  static async init(
    workspace: Workspace,
    agencyId: string,
    folder = agencyId,
    settings: readonly string[] = [],
  ): Promise<AgencyNode> {
    const home = workspace.path(folder);
    const words = ['init', '--home', home, '--agency', agencyId, '--person', FIRST_PERSON, ...SETTINGS, ...settings];
    const { peer_id: peerId } = await runJson<{ peer_id: string }>('node', words);
    return new AgencyNode(workspace, agencyId, home, peerId);
  }

  async start(words: readonly string[] = []): Promise<void> {
    this.#running = await this.#workspace.start('node', this.home, words);
  }

  get program(): RunningProgram {
    if (this.#running === undefined) throw new Error(`the node of ${this.agencyId} does not run`);
    return this.#running;
  }

  get rest(): Rest {
    return Rest.ofOperator(this.program);
  }

  /** Runs a command on this home. */
  text(words: readonly string[], environment: Environment = {}): Promise<string> {
    return runText('node', [...words, '--home', this.home], environment);
  }

  json<Answer>(words: readonly string[], environment: Environment = {}): Promise<Answer> {
    return runJson<Answer>('node', [...words, '--home', this.home], environment);
  }

  /** Leaves shadow mode as two persons must: the operator, and another administrator with a key of their own. */
  async activate(): Promise<void> {
    await this.json(['shadow', 'off']);
    const { mode } = await this.json<{ mode: string }>(['shadow', 'off'], await this.secondPerson());
    if (mode !== 'active') throw new Error(`${this.agencyId} is in ${mode} mode after two persons left shadow`);
  }

  /** Environment in which a command is another administrator's than the operator's. */
  async secondPerson(): Promise<Environment> {
    if (this.#secondPerson === undefined) {
      const words = ['apikey', 'create', '--person', SECOND_PERSON, '--role', 'admin'];
      const created = await this.json<{ api_key: string }>(words);
      this.#secondPerson = { CONCORDAT_API_KEY: created.api_key };
    }
    return this.#secondPerson;
  }
}

export const FIRST_PERSON = 'A. Operator';
export const SECOND_PERSON = 'B. Supervisor';
