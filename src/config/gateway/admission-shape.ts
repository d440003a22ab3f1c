import { defaultAdmission } from '../../edge/admission/admission-options.ts';
import { duration, integer, map } from '../leaves.ts';

/** `gateway.admission`: from when on the gateway is overloaded. */
export const admissionShape = map({
  inFlight: integer('a whole number from 1 to 1000000', 1, 1_000_000).default(defaultAdmission.inFlight),
  loopDelay: duration.default(defaultAdmission.loopDelay),
});
