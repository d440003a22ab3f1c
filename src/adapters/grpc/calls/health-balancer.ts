import { type ChannelOptions, experimental } from '@grpc/grpc-js';
import { healthPolicy } from './service-config.ts';
import { type StartWatch, WatchedSubchannel } from './watched-subchannel.ts';

type Balancing = experimental.TypedLoadBalancingConfig;
type Endpoints = Parameters<experimental.LoadBalancer['updateAddressList']>[0];

/** The channel option that says how health is asked, a `StartWatch`: by its prefix it tells no connections apart. */
export const startWatchOption = `${experimental.SUBCHANNEL_ARGS_EXCLUDE_KEY_PREFIX}.selvage_start_watch`;

/** grpc-js has pick_first look at health only where this says so, as round_robin does for its children. */
const reportsHealth = 'grpc-node.internal.pick-first.report_health_status';

/** Makes grpc-js know the policy, which it keeps by name for the whole process. */
export function registerHealthBalancer(): void {
  if (!experimental.isLoadBalancerNameRegistered(healthPolicy))
    experimental.registerLoadBalancerType(healthPolicy, HealthBalancer, HealthBalancing);
}

class HealthBalancing implements Balancing {
  readonly child: Balancing;

  constructor(child: Balancing) {
    this.child = child;
  }

  static createFromJson({ childPolicy }: { childPolicy: Parameters<typeof experimental.selectLbConfigFromList>[0] }) {
    return new HealthBalancing(experimental.selectLbConfigFromList(childPolicy, true)!); // true: never null
  }

  getLoadBalancerName(): string {
    return healthPolicy;
  }

  toJsonObject(): object {
    return { [healthPolicy]: { childPolicy: [this.child.toJsonObject()] } };
  }
}

/** Any policy, over addresses each of which is asked for its health. */
class HealthBalancer implements experimental.LoadBalancer {
  readonly #child: experimental.ChildLoadBalancerHandler;
  #startWatch: StartWatch = () => ({ close() {} });

  constructor(helper: experimental.ChannelControlHelper) {
    const createSubchannel: typeof helper.createSubchannel = (address, options) =>
      new WatchedSubchannel(helper.createSubchannel(address, options), this.#startWatch);
    this.#child = new experimental.ChildLoadBalancerHandler(
      experimental.createChildChannelControlHelper(helper, { createSubchannel }),
    );
  }

  updateAddressList(endpoints: Endpoints, balancing: Balancing, options: ChannelOptions, note: string): boolean {
    if (!(balancing instanceof HealthBalancing)) return false;
    this.#startWatch = options[startWatchOption] as StartWatch; // channel.ts put it there
    return this.#child.updateAddressList(endpoints, balancing.child, { ...options, [reportsHealth]: true }, note);
  }

  exitIdle(): void {
    this.#child.exitIdle();
  }

  resetBackoff(): void {
    this.#child.resetBackoff();
  }

  destroy(): void {
    this.#child.destroy();
  }

  getTypeName(): string {
    return healthPolicy;
  }
}
