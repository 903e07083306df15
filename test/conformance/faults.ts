/** What goes wrong between us and a vendor, as wrappers of fetch. Each decides whether the request gets through. */

export type Fetch = (request: Request) => Promise<Response>;

/** Stands between a client and the tenant for one request. */
export type Fault = (request: Request, pass: Fetch) => Promise<Response>;

/** The tenant does it, and nobody hears of it. */
export const loseAnswer: Fault = async (request, pass) => {
  await pass(request);
  throw reset();
};

/** It never arrives. */
export const loseRequest: Fault = async () => {
  throw reset();
};

/** No answer in time, as `AbortSignal.timeout` reports it; whether the tenant did it is not known. */
export const timeOut: Fault = async () => {
  throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
};

/** A gateway gives up before the tenant is asked. */
export const failBefore: Fault = async () => new Response("<html>Bad Gateway</html>", { status: 502 });

/** A gateway gives up after the tenant has done it. */
export const failAfter: Fault = async (request, pass) => {
  await pass(request);
  return new Response("<html>Gateway Timeout</html>", { status: 504 });
};

/** The tenant's own answer to a token that it does not know. */
export const spoilToken: Fault = async (request, pass) => {
  const spoilt = new Request(request);
  const credential = spoilt.headers.get("authorization");
  if (credential !== null) spoilt.headers.set("authorization", credential.replace(/[^ =]+$/, "unknown"));
  return pass(spoilt);
};

/** Answers nothing until the client gives up. */
export const hang: Fault = (request) =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(request.signal.reason);
    if (request.signal.aborted) stop();
    else request.signal.addEventListener("abort", stop, { once: true });
  });

export interface Faults {
  readonly fetch: Fetch;
  /** The next `times` requests that `applies` to meet the fault; the others pass. */
  arm(fault: Fault, options?: { readonly applies?: (request: Request) => boolean; readonly times?: number }): Armed;
  clear(): void;
}

export interface Armed {
  /** How many requests met it so far. */
  met(): number;
}

export function faulty(pass: Fetch): Faults {
  let armed: { fault: Fault; applies: (request: Request) => boolean; left: number; met: number }[] = [];
  return {
    async fetch(request) {
      request.signal.throwIfAborted();
      const one = armed.find(({ applies, left }) => left > 0 && applies(request));
      if (one === undefined) return pass(request);
      one.left -= 1;
      one.met += 1;
      return one.fault(request, pass);
    },
    arm(fault, { applies = () => true, times = 1 } = {}) {
      const one = { fault, applies, left: times, met: 0 };
      armed.push(one);
      return { met: () => one.met };
    },
    clear() {
      armed = [];
    },
  };
}

/** As undici reports a connection that ended early. */
function reset(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
}
