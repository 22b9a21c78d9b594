import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { hostAndPort, type Resolve } from '../triage/egress/guard.ts';
import { guardedPost } from '../triage/egress/http-post.ts';
import { httpSource } from '../triage/external/http-source.ts';
import type { ExternalSource } from '../triage/ports.ts';

/**
 * The outside source that the settings name, undefined where they name none. It is called only where its host and port
 * stand in the egress list, to which its address alone does not belong: whoever sets the one need not be allowed to set
 * the other.
 */
export function composeExternalSource(
  { externalData: { apiKey, apiUrl, egressAllow, timeoutSeconds } }: NodeSettings,
  { log, resolve }: { readonly log: Log; readonly resolve: Resolve },
): ExternalSource | undefined {
  if (apiUrl === null) return undefined;
  const target = hostAndPort(new URL(apiUrl));
  if (!egressAllow.some((entry) => entry.toLowerCase() === target))
    log.warn({ target }, 'external_data.api_url stands in no egress_allow: it will not be called');
  const rules = { allow: new Set(egressAllow.map((entry) => entry.toLowerCase())), privateToo: false };
  return httpSource(
    { url: new URL(apiUrl), apiKey, timeoutMs: timeoutSeconds * 1_000 },
    {
      post: guardedPost(rules, resolve, LIMITS.externalReplyBytes),
      sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
      log,
    },
  );
}
