import type { PersonRole } from './person.ts';

/** `public` routes take no key and are not audited: they tell nothing but that the node is there. */
export type RouteAccess = 'public' | readonly PersonRole[];

const EVERYONE = ['analyst', 'admin', 'read-only', 'reporting'] as const;
const WORKERS = ['analyst', 'admin'] as const;
const ADMINS = ['admin'] as const;

/**
 * Who may make which call: the one place that says so. A route that is not in the table does not start, and a test
 * walks every role over every row. What a role may see of an object is for its marking to say.
 */
export const ROUTE_ROLES: Readonly<Record<string, RouteAccess>> = {
  'GET /health': 'public',
  'GET /ready': 'public',
  'GET /api/v1/alerts': EVERYONE,
  'POST /api/v1/alerts': WORKERS,
  'GET /api/v1/alerts/:alert_id': EVERYONE,
  'GET /api/v1/alerts/:alert_id/decisions': EVERYONE,
  'GET /api/v1/alerts/:alert_id/typologies': EVERYONE,
  'GET /api/v1/alerts/:alert_id/listings': EVERYONE,
  'GET /api/v1/decisions': EVERYONE,
  'POST /api/v1/alerts/:alert_id/outcome': WORKERS,
  'GET /api/v1/alerts/:alert_id/outcomes': EVERYONE,
  'POST /api/v1/outcomes': WORKERS,
  'GET /api/v1/outcomes': EVERYONE,
  'GET /api/v1/models': EVERYONE,
  'POST /api/v1/models': ADMINS,
  'GET /api/v1/models/:name/:version': EVERYONE,
  'GET /api/v1/models/:name/:version/artefact': ADMINS,
  'POST /api/v1/models/training': WORKERS,
  'POST /api/v1/models/:name/:version/comparison': WORKERS,
  'POST /api/v1/models/:name/:version/thresholds': WORKERS,
  'POST /api/v1/models/:name/:version/scale': WORKERS,
  'POST /api/v1/models/:name/:version/approval': ADMINS,
  'POST /api/v1/models/rollback': ADMINS,
  'POST /api/v1/replays': WORKERS,
  'GET /api/v1/jobs/:job_id': EVERYONE,
  'POST /api/v1/uploads': ADMINS,
  'POST /api/v1/imports': ADMINS,
  'GET /api/v1/imports/:import_id': ADMINS,
  'GET /api/v1/lists': EVERYONE,
  'GET /api/v1/lists/:list_name/versions': EVERYONE,
  'GET /api/v1/lists/:list_name/diff': EVERYONE,
  'POST /api/v1/match/:dataset': EVERYONE,
  'GET /api/v1/customers/:customer_id/screening': EVERYONE,
  'GET /api/v1/whitelist': EVERYONE,
  'POST /api/v1/whitelist': WORKERS,
  'POST /api/v1/whitelist/:customer_id/:list_name/:entry_id/approval': WORKERS,
  'DELETE /api/v1/whitelist/:customer_id/:list_name/:entry_id': WORKERS,
  'POST /api/v1/merges/resolution': WORKERS,
  'GET /api/v1/merges/review': EVERYONE,
  'POST /api/v1/merges/:one/:other/decision': WORKERS,
  'GET /api/v1/entities/:customer_id': EVERYONE,
  'GET /api/v1/entities/:customer_id/links': EVERYONE,
  'GET /api/v1/entities/:customer_id/propensity': EVERYONE,
  'GET /api/v1/entities/:customer_id/export': WORKERS,
  'POST /api/v1/entities/:customer_id/unmerge': WORKERS,
  'GET /api/v1/status': EVERYONE,
  'GET /api/v1/audit': ADMINS,
  'POST /api/v1/fsck': ADMINS,
  'GET /api/v1/sharing': EVERYONE,
  'GET /api/v1/sharing/objects': ADMINS,
  'GET /api/v1/sharing/objects/:header_hash': ADMINS,
  'POST /api/v1/sharing/envelopes': ADMINS,
  'POST /api/v1/sharing/mode': ADMINS,
  'POST /api/v1/sharing/window': ADMINS,
  'POST /api/v1/sharing/statements': ADMINS,
  'GET /api/v1/indicators': EVERYONE,
  'GET /api/v1/indicators/log': ADMINS,
  'GET /api/v1/summaries': EVERYONE,
  'POST /api/v1/match': WORKERS,
  'POST /api/v1/withdrawals': ADMINS,
  'GET /api/v1/withdrawals/:withdrawal_id': ADMINS,
  'GET /api/v1/keys': ADMINS,
  'POST /api/v1/keys': ADMINS,
  'DELETE /api/v1/keys/:key_id': ADMINS,
};
