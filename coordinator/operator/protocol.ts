import * as z from 'zod';

/** One command a connection: a line of JSON there, a line of JSON back. */
export const REQUEST = z.strictObject({ command: z.string().max(64), input: z.unknown(), actor: z.string().max(128) });
export type OperatorRequest = z.infer<typeof REQUEST>;

export const ANSWER = z.union([
  z.strictObject({ ok: z.literal(true), result: z.unknown() }),
  z.strictObject({
    ok: z.literal(false),
    code: z.string(),
    message: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
]);
export type OperatorAnswer = z.infer<typeof ANSWER>;
