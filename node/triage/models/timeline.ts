import type { Activation } from './stored-model.ts';

/** A model in force from a time on. */
export type InForce = { readonly fromMs: number; readonly modelId: string };

/**
 * Which model was in force when, from the first activation on. An approval puts a model on those before it; a rollback
 * takes the last one off again.
 */
export function timelineOf(activations: readonly Activation[], first: string): readonly InForce[] {
  const stack = [first];
  return activations.map(({ fromMs, kind, modelId }) => {
    if (kind === 'approved') stack.push(modelId);
    else stack.pop();
    return { fromMs, modelId: stack.at(-1) ?? first };
  });
}

/** Models below the one in force, the last first: what a rollback goes back to. */
export function modelBefore(activations: readonly Activation[], first: string): string | undefined {
  const stack = [first];
  for (const { kind, modelId } of activations) {
    if (kind === 'approved') stack.push(modelId);
    else stack.pop();
  }
  return stack.at(-2);
}
