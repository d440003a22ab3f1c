/** When the gateway takes no more than it can do. */
export interface AdmissionOptions {
  /** Requests under way at once. Default 2,000. */
  readonly inFlight: number;
  /** How late the event loop may be again and again while several requests are under way, in milliseconds. Default 200. */
  readonly loopDelay: number;
}

export const defaultAdmission: AdmissionOptions = { inFlight: 2_000, loopDelay: 200 };
