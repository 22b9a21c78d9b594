import type * as z from 'zod';
import { apiRefusal } from './refusal.ts';

/**
 * Judges one part of a call by its schema.
 * @throws API_INVALID with the path of the first field at fault, `$` when it is the whole part
 */
export function parsePart(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw apiRefusal('API_INVALID', { detail: { field: fieldOf(issue) } });
}

function fieldOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return '$';
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownKey(step)}`)).join('');
  return text === '' ? '$' : text.replace(/^\./, '');
}

/** A field's name comes from the caller where it is unknown, so only what can be a field's name is repeated. */
function shownKey(key: PropertyKey): string {
  return typeof key === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(key) ? key : '?';
}
