import { Health } from '../config/runtime/health.ts';
import { Lifecycle } from '../config/runtime/lifecycle.ts';
import { createMetrics } from '../config/runtime/metrics.ts';
import { VERSION } from '../config/runtime/version.ts';
import { LIMITS } from '../config/settings/limits.ts';
import type { NodeSettings } from '../config/settings/node-table.ts';
import type { Clock, Log, RandomBytes } from '../proto/domain/runtime.ts';
import { KeyBook } from './api/access/key-book.ts';
import { serveMetrics } from './api/metrics-server.ts';
import { apiRoutes } from './api/routes.ts';
import { type Api, createApi } from './api/server.ts';
import { StatusBoard } from './api/status-board.ts';
import { composeAdviser, resolveByDns } from './compose/adviser.ts';
import { openBusinessClock } from './compose/business-clock.ts';
import { admitRecords } from './compose/ceiling.ts';
import { composeEntities } from './compose/entities.ts';
import { composeDetections, composeDetectionWatch } from './compose/detections.ts';
import { composeExternalSource } from './compose/external-source.ts';
import { composeFederation } from './compose/federation.ts';
import { addChecks } from './compose/health-checks.ts';
import type { Home } from './compose/home.ts';
import { NodeImportDesk } from './compose/import-desk.ts';
import { composeLearning } from './compose/learning.ts';
import { openModels } from './compose/models.ts';
import { openKeyFolder } from './compose/key-folder.ts';
import { ListIndexes } from './compose/list-indexes.ts';
import { ListScreener } from './compose/list-screener.ts';
import { ListWatch } from './compose/list-watch.ts';
import { Projection } from './compose/projection.ts';
import { addAdviserStatus, addStatus, watchNode } from './compose/status.ts';
import { NodeScreeningDesk } from './compose/screening-desk.ts';
import { openStorage } from './compose/storage.ts';
import { systemViewer } from './compose/system-viewer.ts';
import { composeTriage } from './compose/triage.ts';
import { Uploads } from './compose/uploads.ts';
import { withWhitelist } from './compose/whitelisted-screener.ts';
import { fsckLedger } from './ledger/fsck.ts';
import { modelId } from './triage/models/scorer-artefact.ts';
import { OutcomeBook } from './triage/outcomes/outcome-book.ts';
import { Whitelist } from './records/lists/whitelist.ts';
import { TriageReader } from './triage/reader.ts';
import type { Triage } from './triage/triage.ts';
import { TypologyDesk } from './triage/typology/typology-desk.ts';

export type NodeDeps = {
  readonly home: Home;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Serves OpenAPI and its page; a node that is only called in process has no use for them. */
  readonly docs: boolean;
};

/** Where a node listens. */
export type NodeAddresses = { readonly api: string; readonly metrics: string; readonly mesh: string[] };

export type Node = {
  /** The interface; `inject` calls it in process. */
  readonly app: Api;
  /** Opens the listeners and, where the node is enrolled, takes its part in the federation. Once. */
  listen(): Promise<NodeAddresses>;
  /** Finishes the calls and alerts in work, then closes everything; false when a part did not stop cleanly. */
  stop(): Promise<boolean>;
};

/**
 * Composes a node over its home: ledger, graph caught up with it, triage at work, the interface ready to be called.
 * Nothing listens or dials before listen(). When a part does not start, those before it are stopped.
 * @throws LEDGER_…, GRAPH_…, KEYS_…
 */
export async function createNode(settings: NodeSettings, deps: NodeDeps): Promise<Node> {
  const lifecycle = new Lifecycle(deps.log);
  try {
    return await compose(settings, deps, lifecycle);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function compose(settings: NodeSettings, deps: NodeDeps, lifecycle: Lifecycle): Promise<Node> {
  const { home, clock, random, log } = deps;
  const { agency } = settings.node;
  const ceiling = settings.access.classificationLevel;
  const system = systemViewer(agency);
  const metrics = createMetrics({ process: true });
  const health = new Health({ timeoutMs: LIMITS.readinessTimeoutMs });
  const statusBoard = new StatusBoard();

  const keys = openKeyFolder(home.keys, settings.access.encryptionKey, random);
  const { ledger, graph } = await openStorage(home, { clock, log });
  lifecycle.add('ledger', () => ledger.close());
  lifecycle.add('graph', () => graph.close());
  const projection = new Projection({ ledger, graph, agency });
  await projection.catchUp();
  const businessClock = await openBusinessClock(settings.node.businessTime, { ledger, clock, system });
  const reader = new TriageReader(ledger);
  const outcomes = new OutcomeBook({ ledger, viewer: system, clock, businessTime: businessClock });
  const models = await openModels(settings, { keys, ledger, clock, businessTime: businessClock });

  // Built in a circle: triage asks what peers gave, and what peers give re-opens what triage decided.
  const built: { triage?: Triage } = {};
  const federation = await composeFederation(settings, {
    home,
    keys,
    ledger,
    viewer: system,
    clock,
    businessTime: businessClock,
    random,
    log,
    metrics,
    reader,
    scores: async (accounts, asOfMs, hints) => (await built.triage?.accountScores(accounts, asOfMs, hints)) ?? [],
    onTouched: (accounts, reason) => {
      built.triage
        ?.reopenTouched(accounts, businessClock.nowMs(), reason)
        .catch((error: unknown) => log.error({ reason, error: String(error) }, 'alerts not re-opened'));
    },
  });
  const listIndexes = new ListIndexes({ ledger, system });
  const whitelist = new Whitelist({ ledger, system, businessTime: businessClock, clock });
  const screener = withWhitelist(new ListScreener({ indexes: listIndexes }), whitelist);
  const advising = composeAdviser(settings, { ledger, system, clock, random, log });
  const triage = await composeTriage(settings, {
    adviser: advising.adviser,
    external: composeExternalSource(settings, { log, resolve: resolveByDns }),
    ledger,
    graph,
    screener,
    federation,
    scorers: models,
    clock,
    businessTime: businessClock,
    log,
    metrics,
  });
  built.triage = triage;
  lifecycle.add('triage', () => triage.stop());
  const learning = composeLearning(settings, {
    ledger,
    graph,
    screener,
    federation,
    reader,
    outcomes,
    registry: models,
    clock,
    businessTime: businessClock,
    random,
    log,
  });
  lifecycle.add('learning', () => learning.stop());
  const detections = composeDetections({ ledger, businessTime: businessClock, random, log });
  lifecycle.add('detections', () => detections.stop());
  const watch = composeDetectionWatch(settings, { ledger, businessTime: businessClock });
  const watchNew = (): void => {
    watch?.catchUp().catch((error: unknown) => log.error({ error: String(error) }, 'new transfers not looked at'));
  };
  lifecycle.add('detection watch', async () => watch?.stop());
  lifecycle.add('adviser', () => advising.adviser.stop());

  const listWatch = new ListWatch({
    ledger,
    system,
    intake: triage,
    allDecided: () => triage.drained(),
    whitelist,
    clock,
    log,
  });

  const uploads = await Uploads.open(home.uploads, random);
  const importDesk = new NodeImportDesk(
    { agency },
    {
      ledger,
      uploads,
      intake: triage,
      clock,
      businessClock,
      random,
      log,
      catchUp: async () => {
        await projection.catchUp();
        watchNew();
      },
      raiseListAlerts: () => listWatch.raiseOwed(),
      allDecided: () => triage.drained(),
    },
  );
  lifecycle.add('imports', () => importDesk.stop());
  // Before the imports, which wait for what lists owe.
  lifecycle.add('lists', () => listWatch.stop());

  const keyBook = new KeyBook(settings.access, { ledger, clock, random, system });
  addChecks(health, { ledger, graph, adviser: advising.adviser, federation });
  await addStatus(statusBoard, settings, { keys, ledger, graph, triage, federation, clock, businessClock });
  statusBoard.add('model', () => ({ in_force: modelId(models.inForce()) }));
  addAdviserStatus(statusBoard, metrics, advising);
  watchNode(metrics, { ledger });
  const app = await createApi(
    { agency, ceiling, debug: settings.api.debug, docs: deps.docs },
    {
      routes: apiRoutes({
        health,
        clock,
        version: VERSION,
        intake: triage,
        reader,
        outcomes,
        models,
        learning,
        detections,
        watch,
        admitRecords: () => admitRecords(ceiling),
        agency,
        importDesk,
        businessTime: businessClock,
        whitelist,
        screening: new NodeScreeningDesk({ ledger, indexes: listIndexes, whitelist, businessTime: businessClock }),
        typologies: new TypologyDesk({ agency, graph, reader }),
        entityDesk: await composeEntities({
          agency,
          keys,
          ledger,
          graph,
          system,
          clock,
          businessTime: businessClock,
          reader,
          outcomes,
          peers: federation?.peerKnowledge,
          catchUp: () => projection.catchUp(),
        }),
        statusBoard,
        fsck: () => fsckLedger(ledger),
        ledger,
        ceiling,
        system,
        keyBook,
        keyLifeDays: settings.access.keyLifeDays,
        sharing: () => federation?.desk,
      }),
      keys: keyBook,
      ledger,
      metrics,
      log,
      clock,
      random,
    },
  );
  lifecycle.add('api', async () => {
    health.drain();
    importDesk.drain();
    await app.close();
  });

  return {
    app,
    async listen() {
      const figures = await serveMetrics(settings.metrics, { metrics });
      lifecycle.add('metrics', () => figures.close());
      const mesh = federation === undefined ? [] : await federation.start();
      if (federation !== undefined) lifecycle.add('federation', () => federation.stop());
      const api = await app.listen({ host: settings.api.host, port: settings.api.port });
      watchNew();
      // What a crash has left over.
      listWatch.raiseOwed().catch((error: unknown) => log.error({ error: String(error) }, 'list alerts not raised'));
      return { api, metrics: figures.address, mesh: [...mesh] };
    },
    stop: () => lifecycle.stop(),
  };
}
