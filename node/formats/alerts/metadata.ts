import { LIMITS } from '../../../config/settings/limits.ts';
import { cleanText } from '../text.ts';

/** Keys that mean something else to an object than to its writer. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether free fields of a source system stay within the limits of nesting, list and text. */
export function isWithinLimits(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.length <= LIMITS.alertTextCharacters;
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= LIMITS.alertNestingDepth) return false;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (inner.length > LIMITS.alertListItems) return false;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  if (keys.some((key) => key.length > LIMITS.alertNameCharacters)) return false;
  return inner.every((item) => isWithinLimits(item, depth + 1));
}

/** A copy with every text cleaned and without keys that could reach a prototype. */
export function cleanMetadata(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(metadata).filter(([key]) => !UNSAFE_KEYS.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [cleanText(key), cleanValue(value)]));
}

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  return isObject(value) ? cleanMetadata(value) : value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
