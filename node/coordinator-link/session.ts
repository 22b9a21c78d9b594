import { ExchangeServiceClient } from '../../proto/gen/concordat/v1/exchange.ts';
import { LogServiceClient } from '../../proto/gen/concordat/v1/log.ts';
import { PolicyServiceClient } from '../../proto/gen/concordat/v1/policy.ts';
import { RegistryServiceClient } from '../../proto/gen/concordat/v1/registry.ts';
import { type ChannelTarget, CoordinatorChannel } from './channel.ts';

/** The services of the member listener under one certificate. */
export class Session {
  readonly registry: RegistryServiceClient;
  readonly exchange: ExchangeServiceClient;
  readonly log: LogServiceClient;
  readonly policy: PolicyServiceClient;
  readonly #channel: CoordinatorChannel;
  #callsUnderWay = 0;
  #retired = false;

  constructor(target: ChannelTarget) {
    this.#channel = new CoordinatorChannel(target);
    this.registry = this.#channel.client(RegistryServiceClient);
    this.exchange = this.#channel.client(ExchangeServiceClient);
    this.log = this.#channel.client(LogServiceClient);
    this.policy = this.#channel.client(PolicyServiceClient);
  }

  /** Runs a call on this session, which stays open until the call has ended. */
  async during<Result>(call: (session: Session) => Promise<Result>): Promise<Result> {
    this.#callsUnderWay += 1;
    try {
      return await call(this);
    } finally {
      this.#callsUnderWay -= 1;
      this.#closeWhenUnused();
    }
  }

  /** Closes the connection as soon as no call is under way; for when another session has taken over. */
  retire(): void {
    this.#retired = true;
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    if (this.#retired && this.#callsUnderWay === 0) this.#channel.close();
  }
}
