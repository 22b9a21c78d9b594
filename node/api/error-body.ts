import * as z from 'zod';

/** The one shape of an answer that is an error. Codes are public and stable; messages are for people. */
export const ERROR_BODY = z.strictObject({
  status: z.literal('error'),
  code: z.string(),
  message: z.string(),
  field: z.string().optional().describe('the first field at fault, as a path; $ is the whole'),
});
export type ErrorBody = z.infer<typeof ERROR_BODY>;
