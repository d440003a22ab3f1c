import { type ChannelInterface, connectivityState, experimental } from '@grpc/grpc-js';
import type { HealthWatch } from './health.ts';

const { CONNECTING, READY } = connectivityState;

type Subchannel = experimental.SubchannelInterface;
type StateListener = experimental.ConnectivityStateListener;

/** Asks an address for its health; `told` is called with what it says first and with each change. */
export type StartWatch = (channel: ChannelInterface, told: (isServing: boolean) => void) => Pick<HealthWatch, 'close'>;

/**
 * A connection to one address with what its server says of its health (gRPC proposal A17): until the first word it counts as connecting, so
 * that calls wait or go to other addresses.
 */
export class WatchedSubchannel extends experimental.BaseSubchannelWrapper {
  readonly #startWatch: StartWatch;
  readonly #listeners = new Set<StateListener>();
  #references = 0;
  #watching: ReturnType<StartWatch> | undefined;
  #isKnown = false;

  constructor(subchannel: Subchannel, startWatch: StartWatch) {
    super(subchannel);
    this.#startWatch = startWatch;
  }

  override getConnectivityState(): connectivityState {
    const state = super.getConnectivityState();
    return state === READY && !this.#isKnown ? CONNECTING : state;
  }

  override addConnectivityStateListener(listener: StateListener): void {
    this.#listeners.add(listener);
  }

  override removeConnectivityStateListener(listener: StateListener): void {
    this.#listeners.delete(listener);
  }

  override ref(): void {
    super.ref();
    this.#references += 1;
    if (this.#references > 1) return;
    super.addConnectivityStateListener(this.#changed);
    if (super.getConnectivityState() === READY) this.#watch();
  }

  override unref(): void {
    this.#references -= 1;
    if (this.#references === 0) {
      super.removeConnectivityStateListener(this.#changed);
      this.#unwatch();
    }
    super.unref();
  }

  readonly #changed: StateListener = (_, previous, next, keepalive, message) => {
    const before = previous === READY && !this.#isKnown ? CONNECTING : previous;
    if (next === READY) {
      this.#watch();
      return;
    }
    this.#unwatch();
    this.#tell(before, next, keepalive, message);
  };

  #watch(): void {
    this.#watching = this.#startWatch(this.getChannel(), isServing => {
      this.setHealthy(isServing);
      if (this.#isKnown) return;
      this.#isKnown = true;
      this.#tell(CONNECTING, READY, 0);
    });
  }

  #unwatch(): void {
    this.#watching?.close();
    this.#watching = undefined;
    this.#isKnown = false;
  }

  #tell(previous: connectivityState, next: connectivityState, keepalive: number, message?: string): void {
    for (const listener of [...this.#listeners]) listener(this, previous, next, keepalive, message);
  }
}
