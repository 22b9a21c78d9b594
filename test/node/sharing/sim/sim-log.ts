import type { Log, LogFacts } from '../../../../proto/domain/runtime.ts';

export type LogLine = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: LogFacts;
  readonly message: string;
};

/** Keeps what was logged, for a test to look at. */
export class SimLog implements Log {
  readonly lines: LogLine[] = [];

  debug(facts: LogFacts, message: string): void {
    this.lines.push({ level: 'debug', facts, message });
  }

  info(facts: LogFacts, message: string): void {
    this.lines.push({ level: 'info', facts, message });
  }

  warn(facts: LogFacts, message: string): void {
    this.lines.push({ level: 'warn', facts, message });
  }

  error(facts: LogFacts, message: string): void {
    this.lines.push({ level: 'error', facts, message });
  }
}
