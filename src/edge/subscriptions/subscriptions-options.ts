/** How many subscriptions may be open, and for how long. Counts and milliseconds. */
export interface SubscriptionsOptions {
  /** Open at once. Default 10,000. */
  readonly max: number;
  /** Open at once for one principal; of callers who have not said who they are, for one address. Default 100. */
  readonly perClient: number;
  /** After so long a subscription ends; its client may begin anew. Default 1 h. */
  readonly lifetime: number;
  /** So often it is asked anew who the caller is and what he may have: what would not be opened now ends. Default 1 min. */
  readonly recheck: number;
  /** A connection over which nothing went for so long is sent a sign of life. Default 15 s. */
  readonly heartbeat: number;
  /** Absent: none are opened. Server-sent events need nothing of it. */
  readonly webSockets?: WebSocketOptions;
}

/** What sockets of clients may do. Counts, bytes and milliseconds. */
export interface WebSocketOptions {
  /** `https://shop.example.com`, exactly as browsers write it: pages of these may open sockets, and those of the gateway's own host. */
  readonly origins: readonly string[];
  /** What is taken of the payload of `connection_init` as headers of each operation. Names in lower case. Default `authorization`. */
  readonly params: readonly string[];
  /** From the opening of a socket to `connection_init`. Default 3 s. */
  readonly initTimeout: number;
  /** Operations of one socket at once. Default 100. */
  readonly operations: number;
  /** Of one message of a client. Default 128 KiB. */
  readonly message: number;
}

export const defaultWebSockets: WebSocketOptions = {
  origins: [],
  params: ['authorization'],
  initTimeout: 3_000,
  operations: 100,
  message: 128 * 1024,
};

export const defaultSubscriptions: SubscriptionsOptions = {
  max: 10_000,
  perClient: 100,
  lifetime: 60 * 60 * 1_000,
  recheck: 60_000,
  heartbeat: 15_000,
};
