/** Every method that is served, as it stands in log, metrics and audit. */
export const MEMBER_METHODS = [
  'Registry/Heartbeat',
  'Registry/StreamRoster',
  'Log/GetCheckpoint',
  'Log/GetEntries',
  'Log/GetInclusionProof',
  'Log/GetConsistencyProof',
  'Log/StreamControl',
  'Log/Cosign',
  'Policy/SubmitStatement',
  'Exchange/Publish',
  'Exchange/GetHeads',
  'Exchange/StreamIndicators',
  'Health/Check',
  'Health/Watch',
] as const;

export const ENROLMENT_METHODS = ['Enrolment/Enrol', 'Enrolment/Renew'] as const;

/** Reads that a regulator may ask about: who took which part of the logs and of the indicators. */
export const AUDITED_READS = ['Log/GetEntries', 'Log/StreamControl', 'Exchange/StreamIndicators'] as const;
