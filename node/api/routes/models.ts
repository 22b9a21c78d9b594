import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { LearningDesk } from '../../triage/learning/learning-desk.ts';
import { rescaled } from '../../triage/learning/rescale.ts';
import type { ModelRegistry } from '../../triage/models/model-registry.ts';
import { modelId } from '../../triage/models/scorer-artefact.ts';
import { SIGNED_MODEL } from '../../triage/models/signed-model.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import { LEARNING_JOB, learningJobView, MODEL, modelView } from '../views/model-view.ts';

export type ModelRouteDeps = {
  readonly agency: string;
  readonly models: ModelRegistry;
  readonly learning: Pick<LearningDesk, 'begin' | 'wait'>;
};

const MODEL_PATH = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^[0-9a-z.-]{1,32}$/),
});
const MODEL_ID = z.string().regex(/^[a-z][a-z0-9-]{0,62}\/[0-9a-z.-]{1,32}$/);
const MISS_RATE = z.number().min(0).max(0.5);
const SCORE = z.number().min(0).max(100);
const SHARE = z.number().min(0).max(1);

/** The registry of models, and jobs over stored alerts. */
export function modelRoutes({ agency, learning, models }: ModelRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/models',
      summary: 'Lists the models: those of the program, and those that were trained, rescaled or imported here.',
      answers: { 200: z.strictObject({ items: z.array(MODEL) }) },
      handle: async () => ({ status: 200, body: { items: (await models.list()).map(modelView) } }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/models/:name/:version',
      summary: 'Reads a model: what it was trained on, what it was compared with, who approved it.',
      params: MODEL_PATH,
      answers: { 200: MODEL },
      handle: async ({ params, about }) => {
        about(`model:${idOf(params)}`);
        return { status: 200, body: modelView(await models.get(idOf(params))) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/models/:name/:version/artefact',
      summary: 'Exports a model as the node signed it.',
      params: MODEL_PATH,
      answers: { 200: SIGNED_MODEL },
      handle: async ({ params, about }) => {
        about(`model:${idOf(params)}`);
        return { status: 200, body: models.export(idOf(params)) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models',
      summary: 'Imports a signed model as a candidate.',
      body: z.strictObject({
        model: SIGNED_MODEL,
        signer: z
          .string()
          .nullable()
          .default(null)
          .describe('peer id that must have signed it; null: this node itself'),
      }),
      answers: { 201: MODEL },
      handle: async ({ body, viewer, about }) => {
        const id = await models.import(body.model, body.signer, viewer.name);
        about(`model:${id}`);
        return { status: 201, body: modelView(await models.get(id)) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models/training',
      summary:
        'Trains a candidate on the outcomes so far, and compares it with the model in force on the latest of them.',
      body: z.strictObject({
        hold_back: z.number().min(0).max(0.5).default(0.2).describe('share of the alerts kept for the comparison'),
        miss_rate: MISS_RATE.default(0.01).describe('share of true alerts that its scale may clear'),
      }),
      answers: { 202: LEARNING_JOB },
      handle: async ({ body, viewer, about }) => {
        const order = { kind: 'train', holdBack: body.hold_back, missRate: body.miss_rate } as const;
        const job = learning.begin(order, viewer);
        about(`job:${job.jobId}`);
        return { status: 202, body: learningJobView(job) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models/:name/:version/comparison',
      summary: 'Compares a model with the one in force on alerts that neither has seen.',
      params: MODEL_PATH,
      answers: { 202: LEARNING_JOB },
      handle: async ({ params, viewer, about }) => {
        about(`model:${idOf(params)}`);
        const job = learning.begin({ kind: 'compare', modelId: idOf(params) }, viewer);
        return { status: 202, body: learningJobView(job) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models/:name/:version/thresholds',
      summary: 'Proposes the probability below which a model may clear, with its reliability curve. Changes nothing.',
      params: MODEL_PATH,
      body: z.strictObject({ miss_rate: MISS_RATE.default(0.01) }),
      answers: { 202: LEARNING_JOB },
      handle: async ({ params, body, viewer, about }) => {
        about(`model:${idOf(params)}`);
        const order = { kind: 'thresholds', modelId: idOf(params), missRate: body.miss_rate } as const;
        return { status: 202, body: learningJobView(learning.begin(order, viewer)) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models/:name/:version/scale',
      summary: 'Makes a candidate of a model that clears below another probability; a second person approves it.',
      params: MODEL_PATH,
      body: z.strictObject({ clear_below: SHARE }),
      answers: { 201: MODEL },
      handle: async ({ params, body, viewer, about }) => {
        about(`model:${idOf(params)}`);
        const version = models.nextVersion(agency);
        const artefact = rescaled(models.named(idOf(params)), { name: agency, version }, body.clear_below);
        await models.add(artefact, 'rescaled', viewer.name);
        return { status: 201, body: modelView(await models.get(modelId(artefact))) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models/:name/:version/approval',
      summary: 'Brings a model into force from now on; by another person than its maker.',
      params: MODEL_PATH,
      body: z.strictObject({
        uncompared: z.boolean().default(false).describe('accept a model that was not compared with the one in force'),
      }),
      answers: { 200: MODEL },
      handle: async ({ params, body, viewer, about }) => {
        about(`model:${idOf(params)}`);
        await models.approve(idOf(params), viewer.name, { uncompared: body.uncompared });
        return { status: 200, body: modelView(await models.get(idOf(params))) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/models/rollback',
      summary: 'Brings the model that was in force before back into force; one person is enough.',
      answers: { 200: MODEL },
      handle: async ({ viewer, about }) => {
        const id = await models.rollback(viewer.name);
        about(`model:${id}`);
        return { status: 200, body: modelView(await models.get(id)) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/replays',
      summary:
        'Decides stored alerts again under another model or settings, and reports what would differ. Writes nothing.',
      body: z.strictObject({
        model: MODEL_ID.nullable().default(null).describe('null: of each alert the model in force as of its decision'),
        settings: z
          .strictObject({
            risk_high: SCORE,
            risk_severe: SCORE,
            auto_clear_confidence: SHARE,
            escalate_l2_confidence: SHARE,
          })
          .partial()
          .default({}),
      }),
      answers: { 202: LEARNING_JOB },
      handle: async ({ body, viewer, about }) => {
        const { auto_clear_confidence, escalate_l2_confidence, risk_high, risk_severe } = body.settings;
        const settings = {
          ...(risk_high === undefined ? {} : { riskHigh: risk_high }),
          ...(risk_severe === undefined ? {} : { riskSevere: risk_severe }),
          ...(auto_clear_confidence === undefined ? {} : { autoClearConfidence: auto_clear_confidence }),
          ...(escalate_l2_confidence === undefined ? {} : { escalateL2Confidence: escalate_l2_confidence }),
        };
        const job = learning.begin({ kind: 'replay', modelId: body.model, settings }, viewer);
        about(`job:${job.jobId}`);
        return { status: 202, body: learningJobView(job) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/jobs/:job_id',
      summary: 'Says how far a job over stored alerts is, and what it came to; to the person who began it.',
      params: z.strictObject({ job_id: z.string().regex(/^[0-9a-f]{32}$/) }),
      query: z.strictObject({ wait_ms: z.coerce.number().int().min(0).max(LIMITS.importWaitMs).default(0) }),
      answers: { 200: LEARNING_JOB },
      handle: async ({ params, query, viewer, about }) => {
        about(`job:${params.job_id}`);
        const job = await learning.wait(params.job_id, viewer.name, query.wait_ms);
        if (job === undefined) throw apiRefusal('API_NOT_FOUND');
        return { status: 200, body: learningJobView(job) };
      },
    }),
  ];
}

function idOf({ name, version }: z.output<typeof MODEL_PATH>): string {
  return modelId({ name, version });
}
