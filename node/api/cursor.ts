import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { fromBase64url, toBase64url, utf8 } from '../../crypto/bytes.ts';
import { apiRefusal } from './refusal.ts';

/** Query of a paged list: `cursor` is what the page before gave as `next_cursor`, opaque to the caller. */
export const PAGE_QUERY = {
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1024}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageItems).default(100),
} as const;

/** One page: the items, and where the next one begins, null after the last. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next_cursor: z.ZodNullable<z.ZodString> }> {
  return z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** Cursor that stands behind a key. */
export function cursorAfter(key: string): string {
  return toBase64url(utf8(key));
}

/**
 * Key behind which a page begins.
 * @throws API_INVALID
 */
export function keyOfCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(cursor));
  } catch (cause) {
    throw apiRefusal('API_INVALID', { detail: { field: 'cursor' }, cause });
  }
}

/** The first items of a list, and whether there are more. */
export async function takePage<Item>(
  items: AsyncIterable<Item>,
  limit: number,
): Promise<{ readonly page: readonly Item[]; readonly more: boolean }> {
  const page: Item[] = [];
  for await (const item of items) {
    if (page.length === limit) return { page, more: true };
    page.push(item);
  }
  return { page, more: false };
}
