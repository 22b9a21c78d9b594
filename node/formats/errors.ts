/** Codes of refusals that parsers give. */
export const FORMAT_ERRORS = {
  ALERT_INVALID: 'an alert does not follow the schema; detail.field names the first field at fault',
  ROW_INVALID: 'a row of a table does not follow its columns; detail.field and detail.code say where and how',
  TABLE_HEADER: 'a table lacks a column that it must have; detail.field names it',
} as const;
