import { choice, decimal, flag, integer } from './kinds.ts';
import { setting } from './setting.ts';

export const TRIAGE_SETTINGS = {
  maxConcurrentAlerts: setting(integer(1, 1_000), {
    default: 50,
    description: 'Alerts in work at the same time.',
    aliases: ['MAX_CONCURRENT_ALERTS'],
  }),
  stageTimeoutSeconds: setting(integer(1, 600), {
    default: 30,
    description: 'Deadline of one stage; past it the alert is escalated to L3.',
    aliases: ['AGENT_TIMEOUT_SECONDS'],
  }),
  maxRetries: setting(integer(0, 10), {
    default: 3,
    description: 'Further attempts at a stage that failed by a fault.',
    aliases: ['MAX_RETRIES'],
  }),
  autoClearConfidence: setting(decimal(0, 1), {
    default: 0.85,
    description: 'Below this confidence a cleared alert goes to a person.',
    aliases: ['AUTO_CLEAR_THRESHOLD'],
  }),
  escalateL2Confidence: setting(decimal(0, 1), {
    default: 0.7,
    description: 'Below this confidence any disposition goes to a person.',
    aliases: ['ESCALATE_L2_THRESHOLD'],
  }),
  riskHigh: setting(decimal(0, 100), {
    default: 70,
    description: 'Risk scores from here on are HIGH.',
    aliases: ['RISK_SCORE_HIGH_THRESHOLD'],
  }),
  riskSevere: setting(decimal(0, 100), {
    default: 85,
    description: 'Risk scores from here on are SEVERE.',
    aliases: ['RISK_SCORE_SEVERE_THRESHOLD'],
  }),
  watchTransfers: setting(flag(), {
    default: false,
    description:
      'Detectors look at every transfer as it is imported; what they find is listed, not raised. All transfers are read again at each start.',
  }),
  firstModel: setting(choice(['reference', 'guide']), {
    default: 'reference',
    description:
      'Model until another is approved: trained on synthetic data, or the reference weights, which nothing has trained.',
  }),
} as const;
