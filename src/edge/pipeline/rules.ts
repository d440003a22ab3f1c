/** What an order of the gates must keep to: `outer` stands outside of `inner`. */
export interface OrderRule {
  readonly outer: string;
  /** `*`: every other gate, but for `except`. */
  readonly inner: string;
  readonly except?: readonly string[];
  /** What would be wrong otherwise. */
  readonly because: string;
  /** An order that breaks it may be meant: it is warned of and serves. */
  readonly doubtful?: true;
}

/** A rule holds wherever both of its gates stand in the order; THE order itself keeps to all of them. */
export const orderRules: readonly OrderRule[] = [
  {
    outer: 'trace',
    inner: '*',
    because: 'it sees only the gates inside it, and adds to the answer what they have come to',
  },
  {
    outer: 'access-log',
    inner: '*',
    except: ['trace'],
    because: 'an answer that is given outside the log has no line and is not counted',
  },
  {
    outer: 'own-responses',
    inner: '*',
    except: ['trace', 'access-log'],
    because: "an error that arises outside it leaves without the configuration's words for its code",
  },
  {
    outer: 'shape-errors',
    inner: '*',
    except: ['trace', 'access-log', 'own-responses'],
    because: 'what is thrown outside it reaches the client in terms that are not of the closed list',
  },
  {
    outer: 'admission',
    inner: '*',
    except: ['trace', 'access-log', 'own-responses', 'shape-errors'],
    because: 'work that is done outside it is done under overload too',
    doubtful: true,
  },
  {
    outer: 'direct-responses',
    inner: 'authenticate',
    because: 'a client that is turned away by its address or a header would have its credential verified first',
    doubtful: true,
  },
  {
    outer: 'deadline',
    inner: 'authenticate',
    because: 'authentication may wait for a server of its own, and nothing outside the deadline ends that wait',
  },
  {
    outer: 'address-limit',
    inner: 'authenticate',
    because: 'credentials could be tried without bound',
    doubtful: true,
  },
  {
    outer: 'authenticate',
    inner: 'trusted-documents',
    because: 'which documents are trusted depends on the client that sends them',
  },
  {
    outer: 'trusted-documents',
    inner: 'document-limits',
    because: 'a document that is looked up by its id would be parsed without bound',
  },
  {
    outer: 'visibility',
    inner: 'validation',
    because: 'the whole schema would be validated against, and its mistakes tell what a caller may not see',
  },
  {
    outer: 'operation-limits',
    inner: 'validation',
    because: 'validation expands fragments and compares fields in pairs, which only the limits bound',
  },
  {
    outer: 'validation',
    inner: 'operation-cost',
    because: 'only a valid document has types that weigh something',
  },
  {
    outer: 'validation',
    inner: 'operation-kind',
    because: 'a document that is not valid would be refused for its operation instead of for its mistakes',
    doubtful: true,
  },
  {
    outer: 'visibility',
    inner: 'validation',
    because: 'validation would tell a caller of the fields that he is told nothing of',
  },
  {
    outer: 'operation-kind',
    inner: 'authorize',
    because: 'whether the operation is a mutation decides what becomes of what is forbidden',
  },
  {
    outer: 'operation-responses',
    inner: 'authorize',
    because: 'a client that is turned away by its name would be told first what it may not see',
    doubtful: true,
  },
  {
    outer: 'operation-limits',
    inner: 'authorize',
    because: 'policies are looked up for every field, and only the limits bound the fields',
  },
  {
    outer: 'validation',
    inner: 'authorize',
    because: 'only a valid document tells which fields of the schema it touches, and so which policies hold for it',
  },
  {
    outer: 'operation-limits',
    inner: 'rate-limit',
    because: 'selections are counted after fragment expansion, and only the limits bound it',
  },
  {
    outer: 'validation',
    inner: 'rate-limit',
    because: 'only a valid document tells which fields of the schema are counted, and how often',
  },
  {
    outer: 'operation-cost',
    inner: 'rate-limit',
    because: 'operations that are refused for their cost would use up what their caller may ask',
    doubtful: true,
  },
  {
    outer: 'authorize',
    inner: 'rate-limit',
    because: 'operations that are forbidden would use up what their caller may ask',
    doubtful: true,
  },
  {
    outer: 'validation',
    inner: 'response-cache',
    because: 'only a valid document tells what an answer is made of, and so for whom it may be kept',
  },
  {
    outer: 'authorize',
    inner: 'response-cache',
    because: 'an answer that was kept for one caller would reach another who may not see it',
  },
  {
    outer: 'rate-limit',
    inner: 'response-cache',
    because: 'answers from the cache would not be counted',
    doubtful: true,
  },
  {
    outer: 'authorize',
    inner: 'open-subscriptions',
    because: 'what a caller may still have is compared with what was left of the operation when it was opened',
  },
];
