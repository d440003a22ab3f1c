/** A running backend of the demo. */
export interface Backend {
  /** What the gateway is given as the source's endpoint. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts a backend on a free port of the loopback interface. Every request that it gets is told to `onRequest`, in one line. */
export type StartBackend = (onRequest: (line: string) => unknown) => Promise<Backend>;
