import * as z from 'zod';
import { type Advice, DISPOSITIONS } from '../../../proto/domain/decision.ts';

const EVIDENCE_IDS = z.array(z.string());
const TOKENS = z.int().min(0);

/** What language models said of an alert, beside the decision. */
export const ADVICE = z
  .strictObject({
    driver: z.string(),
    prompt: z.string().describe('name, version and hash of the prompt'),
    calls: z.array(
      z.strictObject({
        model: z.string(),
        agents: z.array(z.string()),
        input_tokens: TOKENS,
        output_tokens: TOKENS,
        code: z.string().nullable().describe('why the call gave nothing; null when it did'),
      }),
    ),
    sentences: z.array(z.strictObject({ agent: z.string(), text: z.string(), evidence_ids: EVIDENCE_IDS })),
    suggestion: z
      .strictObject({ disposition: z.enum(DISPOSITIONS), text: z.string(), evidence_ids: EVIDENCE_IDS })
      .nullable(),
    dropped: z.int().min(0).describe('sentences that cite nothing, or say what their evidence does not'),
    suspicions: z.array(z.string()).describe('why texts of the alert look as if they spoke to a machine'),
    disposition_by_code: z.enum(DISPOSITIONS).describe('the least that the decision can be'),
  })
  .describe('absent where no language model is configured; it never lowers a disposition');

/** Advice in the names of the interface. */
export function adviceView(advice: Advice): z.input<typeof ADVICE> {
  const { calls, dispositionByCode, dropped, driver, prompt, sentences, suggestion, suspicions } = advice;
  return {
    driver,
    prompt,
    calls: calls.map(({ agents, code, inputTokens, model, outputTokens }) => ({
      model,
      agents: [...agents],
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      code,
    })),
    sentences: sentences.map(({ agent, evidenceIds, text }) => ({ agent, text, evidence_ids: [...evidenceIds] })),
    suggestion:
      suggestion === null
        ? null
        : {
            disposition: suggestion.disposition,
            text: suggestion.text,
            evidence_ids: [...suggestion.evidenceIds],
          },
    dropped,
    suspicions: [...suspicions],
    disposition_by_code: dispositionByCode,
  };
}
