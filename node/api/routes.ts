import type { ApiRoute } from './route.ts';
import { type AlertRouteDeps, alertRoutes } from './routes/alerts.ts';
import { type AuditRouteDeps, auditRoutes } from './routes/audit.ts';
import { type CustomerScreeningRouteDeps, customerScreeningRoutes } from './routes/customer-screening.ts';
import { type DecisionRouteDeps, decisionRoutes } from './routes/decisions.ts';
import { type EntityRouteDeps, entityRoutes } from './routes/entities.ts';
import { type DetectionRouteDeps, detectionRoutes } from './routes/detections.ts';
import { type HealthRouteDeps, healthRoutes } from './routes/health.ts';
import { type ImportRouteDeps, importRoutes } from './routes/imports.ts';
import { type KeyRouteDeps, keyRoutes } from './routes/keys.ts';
import { type ListingRouteDeps, listingRoutes } from './routes/listings.ts';
import { type ListRouteDeps, listRoutes } from './routes/lists.ts';
import { type MatchRouteDeps, matchRoutes } from './routes/match.ts';
import { type ModelRouteDeps, modelRoutes } from './routes/models.ts';
import { type OutcomeRouteDeps, outcomeRoutes } from './routes/outcomes.ts';
import { type SharingRouteDeps, sharingRoutes } from './routes/sharing.ts';
import { type StatusRouteDeps, statusRoutes } from './routes/status.ts';
import { type TypologyRouteDeps, typologyRoutes } from './routes/typologies.ts';
import { type WhitelistRouteDeps, whitelistRoutes } from './routes/whitelist.ts';

/** What the routes ask of the node, area by area. */
export type RouteDeps = HealthRouteDeps &
  AlertRouteDeps &
  DecisionRouteDeps &
  OutcomeRouteDeps &
  ModelRouteDeps &
  DetectionRouteDeps &
  ImportRouteDeps &
  ListRouteDeps &
  ListingRouteDeps &
  MatchRouteDeps &
  CustomerScreeningRouteDeps &
  WhitelistRouteDeps &
  EntityRouteDeps &
  TypologyRouteDeps &
  StatusRouteDeps &
  AuditRouteDeps &
  SharingRouteDeps &
  KeyRouteDeps;

/** Every route of the interface. A new area is a file in routes/, a line here, and its rows in access/route-roles.ts. */
export function apiRoutes(deps: RouteDeps): readonly ApiRoute[] {
  return [
    ...healthRoutes(deps),
    ...alertRoutes(deps),
    ...decisionRoutes(deps),
    ...outcomeRoutes(deps),
    ...modelRoutes(deps),
    ...detectionRoutes(deps),
    ...importRoutes(deps),
    ...listRoutes(deps),
    ...listingRoutes(deps),
    ...matchRoutes(deps),
    ...customerScreeningRoutes(deps),
    ...whitelistRoutes(deps),
    ...entityRoutes(deps),
    ...typologyRoutes(deps),
    ...statusRoutes(deps),
    ...auditRoutes(deps),
    ...sharingRoutes(deps),
    ...keyRoutes(deps),
  ];
}
