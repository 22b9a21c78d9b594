import { LIMITS } from '../../../config/settings/limits.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import { peerIdText } from '../../../crypto/peer-id.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../ledger/audit-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { triageRefusal } from '../errors.ts';
import type { Comparison } from '../learning/compare.ts';
import type { BusinessTime } from '../ports.ts';
import { modelId, type ScorerArtefact } from './scorer-artefact.ts';
import type { Scorers } from './scorers.ts';
import { openModel, type SignedModel, signModel } from './signed-model.ts';
import {
  type Activation,
  ACTIVATIONS,
  activationKey,
  COMPARISONS,
  type ModelOrigin,
  MODELS,
  type StoredComparison,
  type StoredModel,
} from './stored-model.ts';
import { type InForce, modelBefore, timelineOf } from './timeline.ts';

export type ModelRegistryDeps = {
  readonly ledger: Ledger;
  /** Triage's own viewer. */
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly businessTime: BusinessTime;
  /** The node's: signs what is made here. */
  readonly identity: KeyPair;
  /** Models that come with the program, the one in force before any approval first. */
  readonly builtIn: readonly [ScorerArtefact, ...ScorerArtefact[]];
};

/** What became of a model: never approved, in force, or approved and no longer in force. */
export const MODEL_STATES = ['candidate', 'active', 'retired'] as const;
export type ModelState = (typeof MODEL_STATES)[number];

/** A model of the registry with all that is known of it. */
export type RegisteredModel = {
  readonly artefact: ScorerArtefact;
  readonly state: ModelState;
  readonly origin: ModelOrigin;
  /** null for what comes with the program, as are the next two. */
  readonly madeBy: string | null;
  readonly madeAtMs: number | null;
  readonly signer: string | null;
  readonly comparison: StoredComparison | null;
  readonly activations: readonly Activation[];
};

/**
 * The models of an agency: signed, checked whenever they are loaded, in force only after a second person's approval.
 * Each change is one commit with its audit entry, durable on return. Says for any time which model was in force then.
 */
export class ModelRegistry implements Scorers {
  readonly #deps: ModelRegistryDeps;
  readonly #models = new Map<string, ScorerArtefact>();
  readonly #stored = new Map<string, StoredModel>();
  #activations: readonly Activation[] = [];
  #timeline: readonly InForce[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(deps: ModelRegistryDeps) {
    this.#deps = deps;
  }

  /** @throws TRIAGE_MODEL_SIGNATURE, TRIAGE_MODEL when a stored model is not what was signed: nothing may decide with it */
  static async open(deps: ModelRegistryDeps): Promise<ModelRegistry> {
    const registry = new ModelRegistry(deps);
    for (const artefact of deps.builtIn) registry.#models.set(modelId(artefact), artefact);
    for await (const stored of MODELS.list(deps.ledger, { prefix: 'model/' }, deps.viewer)) registry.#hold(stored);
    const activations: Activation[] = [];
    for await (const activation of ACTIVATIONS.list(deps.ledger, { prefix: 'activation/' }, deps.viewer))
      activations.push(activation);
    registry.#take(activations);
    return registry;
  }

  at(asOfMs: number): ScorerArtefact {
    return this.named(this.#idAt(asOfMs));
  }

  named(id: string): ScorerArtefact {
    const artefact = this.#models.get(id);
    if (artefact === undefined) throw triageRefusal('TRIAGE_MODEL_UNKNOWN', { detail: { model: id } });
    return artefact;
  }

  /** The model that new alerts are decided with. */
  inForce(): ScorerArtefact {
    return this.named(this.#timeline.at(-1)?.modelId ?? this.#first());
  }

  /** @throws TRIAGE_MODEL_UNKNOWN */
  async get(id: string): Promise<RegisteredModel> {
    const artefact = this.named(id);
    const stored = this.#stored.get(id);
    const comparison = await COMPARISONS.get(this.#deps.ledger, `comparison/${id}`, this.#deps.viewer);
    return {
      artefact,
      state: this.#stateOf(id),
      origin: stored?.origin ?? 'built_in',
      madeBy: stored?.madeBy ?? null,
      madeAtMs: stored?.madeAtMs ?? null,
      signer: stored?.signed.signer ?? null,
      comparison: comparison ?? null,
      activations: this.#activations.filter((activation) => activation.modelId === id),
    };
  }

  /** All models: those of the program, then the others by name and version. */
  list(): Promise<readonly RegisteredModel[]> {
    return Promise.all([...this.#models.keys()].map((id) => this.get(id)));
  }

  /** The version that the next model of a name gets. */
  nextVersion(name: string): string {
    const versions = [...this.#models.values()].filter((model) => model.name === name).map(({ version }) => version);
    const highest = versions.reduce((most, version) => Math.max(most, Number.parseInt(version, 10) || 0), 0);
    return String(highest + 1);
  }

  /** Signs and keeps a model that was made here. @throws TRIAGE_MODEL_EXISTS */
  async add(artefact: ScorerArtefact, origin: 'trained' | 'rescaled', person: string): Promise<void> {
    await this.#inTurn(() => this.#keep(signModel(artefact, this.#deps.identity), artefact, origin, person));
  }

  /**
   * Keeps a model that another node has made.
   * @param signer peer id of the node that must have signed it; this node's own where it is a model that it exported
   * @throws TRIAGE_MODEL_SIGNATURE, TRIAGE_MODEL, TRIAGE_MODEL_EXISTS
   */
  async import(signed: SignedModel, signer: string | null, person: string): Promise<string> {
    const artefact = openModel(signed, signer ?? peerIdText(this.#deps.identity.publicKey));
    await this.#inTurn(() => this.#keep(signed, artefact, 'imported', person));
    return modelId(artefact);
  }

  /** A model as another node can take it; those of the program are signed for it by this one. @throws TRIAGE_MODEL_UNKNOWN */
  export(id: string): SignedModel {
    return this.#stored.get(id)?.signed ?? signModel(this.named(id), this.#deps.identity);
  }

  /** Keeps what a comparison came to. @throws TRIAGE_MODEL_UNKNOWN */
  async compared(id: string, comparison: Comparison, person: string): Promise<void> {
    this.named(id);
    const stored = { ...comparison, modelId: id, comparedAtMs: this.#deps.clock.nowMs() };
    const audit = [this.#entry('model.compared', id, person, JSON.stringify(comparison))];
    await this.#deps.ledger.commit({ writes: [COMPARISONS.put(stored)], audit });
  }

  /**
   * Brings a model into force from now on, on the word of a person other than its maker.
   * @param uncompared whether the person accepts that the model was not compared with the one in force
   * @throws TRIAGE_MODEL_UNKNOWN, TRIAGE_MODEL_IN_FORCE, TRIAGE_MODEL_PERSON, TRIAGE_MODEL_UNCOMPARED
   */
  approve(id: string, person: string, { uncompared }: { readonly uncompared: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      const { comparison, madeBy, state } = await this.get(id);
      if (state === 'active') throw triageRefusal('TRIAGE_MODEL_IN_FORCE');
      if (madeBy !== null && isSamePerson(madeBy, person)) throw triageRefusal('TRIAGE_MODEL_PERSON');
      const isCompared = comparison !== null && comparison.rows > 0 && comparison.against === modelId(this.inForce());
      if (!isCompared && !uncompared) throw triageRefusal('TRIAGE_MODEL_UNCOMPARED');
      await this.#activate('approved', id, person);
    });
  }

  /** Brings the model that was in force before back into force. @returns its id @throws TRIAGE_MODEL_FIRST */
  rollback(person: string): Promise<string> {
    return this.#inTurn(async () => {
      const before = modelBefore(this.#activations, this.#first());
      if (before === undefined) throw triageRefusal('TRIAGE_MODEL_FIRST');
      await this.#activate('rolled_back', before, person);
      return before;
    });
  }

  async #keep(
    signed: SignedModel,
    artefact: ScorerArtefact,
    origin: StoredModel['origin'],
    person: string,
  ): Promise<void> {
    const { clock, ledger } = this.#deps;
    const id = modelId(artefact);
    if (this.#models.has(id)) throw triageRefusal('TRIAGE_MODEL_EXISTS', { detail: { model: id } });
    if (this.#stored.size >= LIMITS.models) throw triageRefusal('TRIAGE_BUSY');
    const stored: StoredModel = { modelId: id, signed, origin, madeBy: person, madeAtMs: clock.nowMs() };
    const audit = [this.#entry(`model.${origin}`, id, person, signed.artefact)];
    await ledger.commit({ writes: [MODELS.put(stored, { ifAbsent: true })], audit });
    this.#stored.set(id, stored);
    this.#models.set(id, artefact);
  }

  async #activate(kind: Activation['kind'], id: string, person: string): Promise<void> {
    const { businessTime, clock, ledger } = this.#deps;
    // Time of a replay may stand still between two activations; it never runs back.
    const fromMs = Math.max(businessTime.nowMs(), this.#activations.at(-1)?.fromMs ?? 0);
    const ordinal = this.#activations.length + 1;
    const activation: Activation = { ordinal, kind, modelId: id, fromMs, person, atMs: clock.nowMs() };
    const audit = [this.#entry(`model.${kind}`, id, person, JSON.stringify(activation))];
    try {
      await ledger.commit({ writes: [ACTIVATIONS.put(activation, { ifAbsent: true })], audit });
    } catch (error) {
      if (!isRefusal(error, 'LEDGER_EXISTS')) throw error;
      // An earlier commit stands though it was reported lost: it holds, whatever it was.
      const stands = await ACTIVATIONS.get(ledger, activationKey(ordinal), this.#deps.viewer);
      if (stands === undefined) throw error;
      this.#take([...this.#activations, stands]);
      if (stands.modelId !== id || stands.kind !== kind)
        throw triageRefusal('TRIAGE_MODEL_UNCOMPARED', { cause: error });
      return;
    }
    this.#take([...this.#activations, activation]);
  }

  #take(activations: readonly Activation[]): void {
    this.#activations = activations;
    this.#timeline = timelineOf(activations, this.#first());
  }

  #hold(stored: StoredModel): void {
    this.#stored.set(stored.modelId, stored);
    this.#models.set(stored.modelId, openModel(stored.signed, stored.signed.signer));
  }

  #idAt(asOfMs: number): string {
    return this.#timeline.findLast(({ fromMs }) => fromMs <= asOfMs)?.modelId ?? this.#first();
  }

  #stateOf(id: string): ModelState {
    if (modelId(this.inForce()) === id) return 'active';
    const wasInForce = id === this.#first() || this.#timeline.some((inForce) => inForce.modelId === id);
    return wasInForce ? 'retired' : 'candidate';
  }

  #first(): string {
    return modelId(this.#deps.builtIn[0]);
  }

  #entry(action: string, id: string, actor: string, output: string): AuditEntry {
    const about = { atMs: this.#deps.clock.nowMs(), actor, action, object: `model:${id}` };
    return auditEntry({ ...about, output: utf8(output), versions: { model: id } });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Names are compared as a reader would: neither case nor spaces make another person. */
function isSamePerson(one: string, other: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
  return plain(one) === plain(other);
}
