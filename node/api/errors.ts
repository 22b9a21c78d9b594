/** Refusals of the REST interface, by code. */
export const API_ERRORS = {
  API_UNAUTHENTICATED: 'The call carries no API key that is known, unexpired and not revoked.',
  API_FORBIDDEN: "The key's role may not make this call.",
  API_NOT_FOUND: 'There is nothing of that name that this key may see.',
  API_INVALID: 'The call does not follow the schema; `field` names the first field at fault.',
  API_TOO_LARGE: 'The body is larger than the call takes.',
  API_MEDIA_TYPE: 'The body is of a media type that the call does not take.',
  API_TIMEOUT: 'The body did not arrive in time.',
  API_RATE: 'The key, or the sender, makes more calls than it may; `retry-after` says when to try again.',
  API_BUSY: 'The node has as many calls in work as it takes; `retry-after` says when to try again.',
  API_AUDIT: 'The call could not be entered in the audit trail, so it is not served.',
  API_ABORTED: 'The caller went away before the answer; in the audit trail only.',
  API_INTERNAL: 'The node failed at the call; the request id finds the reason in its log.',
  ACCESS_CEILING: 'The object is classified above the ceiling of this node or the clearance of the key.',
  ACCESS_KEY_LIFE: 'A key may not live that long.',
  ACCESS_KEY_UNKNOWN: 'There is no such API key.',
  ACCESS_KEY_LAST: 'The last key that may administer this node cannot be revoked.',
} as const;
