/** Cryptographically secure random bytes. Tests hand in a seeded or queued source. */
export type RandomBytes = (length: number) => Uint8Array;

/** The only source of time. Business time is handed on as `asOfMs`; this one is for certificates, tokens and timers. */
export type Clock = { nowMs(): number };

export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Message constant, facts in fields; no personal data at any level. */
export type Log = {
  debug(facts: LogFacts, message: string): void;
  info(facts: LogFacts, message: string): void;
  warn(facts: LogFacts, message: string): void;
  error(facts: LogFacts, message: string): void;
};
