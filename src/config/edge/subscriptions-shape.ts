import * as z from 'zod';
import { defaultSubscriptions, defaultWebSockets } from '../../edge/subscriptions/subscriptions-options.ts';
import { lowerHeaderNames } from '../header-leaves.ts';
import { duration, integer, map, pattern, size } from '../leaves.ts';

const count = integer('a whole number from 1 to 1000000', 1, 1_000_000);

/** The section `subscriptions`. */
export const subscriptionsShape = map({
  max: count.default(defaultSubscriptions.max),
  perClient: count.default(defaultSubscriptions.perClient),
  lifetime: duration.default(defaultSubscriptions.lifetime),
  recheck: duration.default(defaultSubscriptions.recheck),
  heartbeat: duration.default(defaultSubscriptions.heartbeat),
  webSockets: map({
    origins: z
      .array(pattern('an origin, such as https://shop.example.com', /^https?:\/\/[^/?#\s*]+$/), 'a list of origins')
      .default([...defaultWebSockets.origins]),
    params: lowerHeaderNames.default([...defaultWebSockets.params]),
    initTimeout: duration.default(defaultWebSockets.initTimeout),
    operations: count.default(defaultWebSockets.operations),
    message: size.default(defaultWebSockets.message),
  }).exactOptional(),
}).prefault({});
