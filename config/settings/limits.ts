/**
 * Every bound of the two programs: queues, batches, messages, lists, retries, streams, timers, peers.
 * Chosen unless a source is named; a test crosses each.
 */
export const LIMITS = {
  // REST
  requestBodyBytes: 1_048_576,
  requestsInFlight: 256,
  pageItems: 500,
  requestHeaderBytes: 16_384,
  requestHeaderTimeoutMs: 10_000,
  requestBodyTimeoutMs: 30_000,
  apiConnections: 1_024,
  apiCallsPerSecond: 500, // of one key
  apiCallsBurst: 1_000,
  apiRefusalsPerSecond: 2, // entered one by one, of callers without a key, from one host
  apiRefusalsBurst: 60,
  apiRefusalsPerSecondOfAll: 20,
  apiRefusalsBurstOfAll: 600,
  apiRateHolders: 10_000,
  metricsConnections: 16,
  alertsPerBatch: 500,
  importBytes: 17_179_869_184,
  importIdleMs: 30_000,
  importWaitMs: 20_000,
  imports: 16, // waiting
  importsRemembered: 100,
  uploads: 256,
  readinessTimeoutMs: 2_000,
  stopGraceMs: 25_000, // below the 30 s that orchestrators give
  settingsFileBytes: 1_048_576,
  // Alerts and imports
  alertLineBytes: 262_144,
  alertNameCharacters: 1_000,
  alertTextCharacters: 10_240,
  alertListItems: 1_000,
  alertNestingDepth: 8,
  alertFutureMs: 86_400_000,
  alertBirthFutureMs: 315_576_000_000, // ten years
  csvRowBytes: 65_536,
  importBatchRows: 500, // to a commit: encoding them holds the event loop for some 10 ms, projecting them for some 25
  importReportedFaults: 1_000,
  listEntries: 1_000_000,
  // Ledger
  ledgerKeyBytes: 512,
  ledgerValueBytes: 8_388_608,
  ledgerUnitWrites: 20_000,
  ledgerQueueUnits: 10_000,
  ledgerUnitBytes: 33_554_432,
  ledgerQueueBytes: 268_435_456,
  ledgerGroupUnits: 512,
  ledgerGroupBytes: 33_554_432,
  // Opening again on a full disk writes two logs of 4 MB as tables, and a manifest. As much again must be free for writes.
  reserveFileBytes: 16_777_216,
  ledgerReportedFaults: 1_000,
  // Graph
  graphNeighbours: 2_000,
  graphPathDepth: 6,
  graphPaths: 100,
  graphExpansions: 20_000,
  graphScannedEdges: 200_000,
  graphVersions: 64,
  graphCachedNodes: 50_000,
  graphCachedEdges: 150_000, // in memory: some 60 MB
  graphCachedEndEdges: 512, // an account with more is read from disk, window by window
  graphBatchElements: 100_000,
  graphKeyBytes: 1_024,
  graphTextBytes: 65_536,
  graphProperties: 64,
  graphMarkingNames: 32,
  // Entities
  exportTransfers: 500, // of one account, the newest
  linkCounterparties: 500, // of one entity, whose other dealings are read
  linksPerEntity: 200, // the surest
  mergesPerCommit: 500,
  resolutionBlock: 60, // records with one key; what more have in common tells nobody apart
  // Triage
  triageQueueAlerts: 100_000,
  triageCounterparties: 64, // of one account, whose own transfers are read
  triageHistoryAlerts: 100, // of one customer, the newest
  triageIndicators: 50, // of one alert
  triageListMatches: 100, // of one alert
  triageReopened: 1_000, // of one account
  outcomeNoteCharacters: 4_096,
  modelBytes: 4_194_304,
  models: 1_000, // kept by the registry
  trainingRows: 10_000, // the newest; some 20 s of one core (measured)
  trainingMs: 1_800_000,
  replayAlerts: 100_000,
  replayChangesShown: 1_000,
  // Detectors over a stream of transfers
  detectionFlows: 2_000_000, // in the window, of all accounts: some 600 MB
  detectionAccounts: 1_000_000, // in memory
  detectionAccountFlows: 512, // of one account in one direction, the newest
  detectionCounterparties: 4_096, // remembered of one account
  detectionHubFlows: 64, // an account with more in a span is not walked through
  detectionExpansions: 2_000, // of one search
  detectionHitTransfers: 200, // shown of one hit
  detectionHits: 10_000, // kept of a run, the strongest; of the watch, the newest
  detectionTransfers: 1_000_000, // of one run, those before its range that it needs included
  triageMatchWaitMs: 2_000, // for answers of peers; several times what a mesh over two continents takes
  // Advisers and outside data
  adviserTextCharacters: 2_000, // of one text that somebody else wrote
  adviserTextsCharacters: 12_000, // of all of an alert
  adviserSummaryCharacters: 600, // of one piece of evidence
  adviserEvidence: 120, // pieces shown
  adviserSentences: 40, // of one answer
  adviserSentenceCharacters: 500,
  adviserReplyTokens: 3_000,
  adviserReplyBytes: 262_144,
  adviserRetries: 2, // of one call
  adviserRetryMs: 8_000, // longest wait before one
  adviserFailures: 5, // in a row
  adviserRestMs: 30_000, // after them
  adviserRecordings: 100_000, // answers in the folder
  externalReplyBytes: 262_144,
  externalFacts: 50, // of one customer
  externalTextCharacters: 300, // of one fact
  screeningQueryNames: 50,
  screeningIndexes: 16, // editions of lists in memory
  screeningAlikeWords: 5_000, // of queries, in memory, for each edition
  screeningAnswers: 10_000, // of subjects, in memory
  // Screening and lists
  matchQueries: 100, // of one call, as yente takes by default
  matchResults: 500, // of one query, as yente gives at most
  matchPropertyValues: 100, // of one property
  listAlertsPerCustomer: 20, // of one version of a list, the best hits
  whitelistLifeMs: 31_622_400_000, // a year and a day
  // Wire
  envelopeHeaderBytes: 4_096,
  envelopePayloadBytes: 1_048_576,
  statementBytes: 65_536,
  gossipMessageBytes: 1_114_112,
  streamMessageBytes: 4_194_304,
  grpcMessageBytes: 4_194_304,
  publishWindow: 4_096,
  // Objects that the coordinator makes durable with one sync.
  ingestUnitObjects: 256,
  syncRangeEnvelopes: 256,
  syncStatements: 1_024,
  indicatorsPerAnswer: 256,
  logEntriesPerCall: 1_024,
  oprfElementsPerRequest: 64, // 20 ms of one core at the key holder (measured), so that nothing else waits long
  matchElementsPerRequest: 64,
  answeringEntities: 200_000,
  matchFilterBytes: 268_435_456,
  matchFilterChunkBytes: 1_048_576,
  hintsPerBatch: 4_096,
  // Sharing
  hintAccountsPerAgency: 50_000,
  hintDrawsPerUnit: 1_000,
  flagsPerUnit: 1_000,
  flagIdentifierBytes: 256,
  flagSources: 64, // remembered of one flag
  flagSendings: 1_024, // remembered of one flag
  withdrawalObjects: 256,
  pendingBytesPerSigner: 1_048_576, // of statements that the log does not have
  statementRetryMs: 30_000, // of one that the log has refused
  controlHeldBytes: 33_554_432, // of a log that is fetched in parts, per source
  controlUnitEntries: 500,
  checkpointsInEvidence: 64,
  memberKeysAsked: 64, // at a time
  directEvaluations: 50, // without letting anything else run; 10 ms of one core (measured)
  matchFiltersHeldBytes: 536_870_912,
  hollowObjects: 256, // looked for at one peer
  catchUpMs: 30_000, // between asking one peer and the next
  gapRetryMs: 1_000, // of one author
  // Mesh
  peers: 200,
  inboundStreamsPerProtocol: 16,
  inboundConnectionsPerSecondPerHost: 5,
  pendingConnections: 10,
  dialQueue: 500,
  handshakeTimeoutMs: 5_000,
  requestTimeoutMs: 15_000,
  gossipSubscriptionsPerRpc: 64,
  gossipMessagesPerRpc: 256,
  gossipIdsPerRpc: 4_096,
  memberKeyWaitMs: 30_000,
  // Two, when both ends dial at once, and as many again while a dead one has not been noticed.
  connectionsPerPeer: 4,
  helloBytes: 65_536,
  certificatesPerChain: 4,
  certificateBytes: 8_192,
  checkpointBytes: 8_192,
  addressesPerPeer: 8,
  addressCharacters: 256,
  requestsWaitingPerPeer: 64,
  // The asker lets go first, so that it never writes into a stream that the answerer is closing.
  askerStreamIdleMs: 20_000,
  answererStreamIdleMs: 60_000,
  gossipFrameBytes: 4_456_448,
  gossipPendingPerPeer: 256,
  gossipPendingPerTopic: 2_048,
  dialsAtOnce: 8,
  dialRetryFirstMs: 500,
  dialRetryMostMs: 60_000,
  addressLookupMs: 5_000,
  // A peer that misbehaved is left alone for so long (as Lodestar does, network/peers/score/constants.ts).
  misbehaviourBanMs: 1_800_000,
  // Coordinator link
  heartbeatMs: 10_000,
  linkRetryFirstMs: 250,
  linkRetryMostMs: 10_000,
  linkKeepaliveMs: 20_000,
  publishStallMs: 30_000,
  // Coordinator
  coordinatorConnections: 1_024,
  coordinatorConnectionsPerHost: 256,
  coordinatorStreamsPerConnection: 64,
  enrolmentConnectionAgeMs: 60_000,
  enrolmentStreamsPerConnection: 4,
  enrolmentRequestBytes: 131_072,
  memberCallsPerSecond: 50,
  memberCallsBurst: 400,
  memberStreams: 16,
  publishWindowBytes: 16_777_216, // of one stream, waiting to be judged
  refusalsAuditedPerMinute: 600, // beyond that they are counted alone
  adminRequestBytes: 65_536,
  // Clocks (DESIGN, section 4: clocks only expire things)
  clockSkewMs: 600_000,
  // Quartz drifts by some 4 s in a day, and a member that stays connected says its time but once.
  clockVoiceMs: 86_400_000,
  // Enrolment
  joinTokenLifeMs: 86_400_000,
  enrolmentRepeatMs: 600_000,
  enrolmentsPerMinutePerHost: 100,
  renewalGraceMs: 2_592_000_000,
  // Federation
  agencies: 200,
  officersPerAgency: 16,
  signaturesPerStatement: 256,
} as const;
