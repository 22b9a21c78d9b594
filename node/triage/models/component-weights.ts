import type { AlertType } from '../../../proto/domain/alert.ts';
import type { RiskComponent } from '../../../proto/domain/decision.ts';

export type ComponentWeights = Readonly<Record<AlertType, Readonly<Record<RiskComponent, number>>>>;

/**
 * The scored types rest on what the account did. Listed persons are decided by who they are: the scorer has a say only
 * where that leaves a doubt. Chosen; each row sums to 1.
 */
export const COMPONENT_WEIGHTS: ComponentWeights = {
  SANCTIONS: { customer: 0.85, geographic: 0.05, transaction: 0.03, adverse_media: 0.02, network: 0.05 },
  PEP: { customer: 0.7, geographic: 0.05, transaction: 0.05, adverse_media: 0.15, network: 0.05 },
  ADVERSE_MEDIA: { customer: 0.1, geographic: 0.05, transaction: 0.05, adverse_media: 0.75, network: 0.05 },
  TRANSACTION: { customer: 0.05, geographic: 0.02, transaction: 0.48, adverse_media: 0.03, network: 0.42 },
  KYC_ONGOING: { customer: 0.05, geographic: 0.02, transaction: 0.48, adverse_media: 0.03, network: 0.42 },
};
