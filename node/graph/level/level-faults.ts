import { graphError } from '../errors.ts';

/**
 * An error at opening. A file that the engine names and does not find is damage; a full disk or missing right is not.
 */
export function openFault(cause: unknown): unknown {
  const { codes, text } = described(cause);
  if (codes.has('LEVEL_LOCKED')) return graphError('GRAPH_LOCKED', { cause });
  if (codes.has('LEVEL_CORRUPTION') || text.includes('No such file'))
    return graphError('GRAPH_CORRUPT', { detail: { part: 'engine' }, cause });
  return graphError('GRAPH_OPEN', { cause });
}

/** Gives the engine's errors our codes; ours and those of others pass. */
export function readFault(error: unknown): unknown {
  const { codes } = described(error);
  if (codes.has('LEVEL_CORRUPTION')) return graphError('GRAPH_CORRUPT', { cause: error });
  if (codes.has('LEVEL_DATABASE_NOT_OPEN') || codes.has('LEVEL_ITERATOR_NOT_OPEN'))
    return graphError('GRAPH_CLOSED', { cause: error });
  return error;
}

/** Codes and texts of an error and of what caused it; the engine gives some things as text only. */
function described(error: unknown): { readonly codes: ReadonlySet<string>; readonly text: string } {
  const codes = new Set<string>();
  const texts: string[] = [];
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    texts.push(fault.message);
    if ('code' in fault && typeof fault.code === 'string') codes.add(fault.code);
  }
  return { codes, text: texts.join('\n') };
}
