import { destination, type DestinationStream, pino, stdTimeFunctions } from 'pino';
import type { Log } from '../../proto/domain/runtime.ts';
import type { LogLevel } from '../settings/log.ts';

/** Facts of these names never reach a line, whoever hands them in: entities appear in logs as keyed digests only. */
export const REDACTED_FACTS = [
  'name',
  'names',
  'alias',
  'aliases',
  'address',
  'street',
  'phone',
  'email',
  'date_of_birth',
  'dob',
  'national_id',
  'customer_id',
  'customerId',
  'account_id',
  'accountId',
  'iban',
  'narrative',
  'reference',
  'authorization',
  'api_key',
  'apiKey',
  'token',
  'secret',
  'password',
  'passphrase',
  'key',
] as const;

/**
 * A log of JSON lines {level, time, program, msg, …facts} with UTC times. Lines are written before the call returns,
 * so that the last ones of a crash are there.
 * @param to file descriptor (1 or 2) or a stream that takes lines
 */
export function createLog(options: { level: LogLevel; program: string; to: 1 | 2 | DestinationStream }): Log {
  const stream = typeof options.to === 'number' ? destination({ dest: options.to, sync: true }) : options.to;
  const logger = pino(
    {
      level: options.level,
      base: { program: options.program },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...REDACTED_FACTS], censor: '[redacted]' },
    },
    stream,
  );
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}

/** A log that writes nothing, for commands that speak to a person instead. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };
