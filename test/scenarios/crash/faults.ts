/** What may go wrong at one request between Accord and a tenant. */

/** What Accord lives through. */
export type Fault =
  /** The tenant has carried it out, and the connection breaks. */
  | "lose answer"
  /** The connection breaks on the way there. */
  | "lose request"
  /** The request arrives twice; Accord gets the first answer. */
  | "deliver twice"
  /** The answer comes after that of a later request, or late where there is none. */
  | "delay answer"
  /** The tenant has carried it out, and from then on nothing gets through any more. */
  | "go dark";

/** When it dies, seen from the tenant: it does not have the request yet, or has carried it out and not answered. */
export type Moment = "killed before" | "killed after";

/** One request of Accord, told apart from the others by what it asks and how often that was asked before. */
export interface Boundary {
  /** "c1 POST /api/v1/catalogs": ids made anonymous, so that the story of one run reads like that of the next. */
  readonly name: string;
  /** Counts from 1. */
  readonly nth: number;
  readonly writes: boolean;
}

export interface Planned extends Pick<Boundary, "name" | "nth"> {
  readonly fault: Fault;
}

/** Tokens and searches are asked for by POST, and change nothing that lasts. */
const READS_BY_POST =
  /^\/(oauth2|auth)\/v1\/token$|^\/oauth\/tokens$|\/oauth2\/v2\.0\/token$|^\/api\/v1\/search\/|\/getByIds$/;

const ID = /\/((00[a-z]|[a-zA-Z0-9]{3})[a-zA-Z0-9]{12,24}|\d{10,}|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$)/g;

export function boundaryOf(before: readonly Boundary[], provider: string, request: Request): Boundary {
  const { method } = request;
  const path = new URL(request.url).pathname;
  const name = `${provider} ${method} ${path.replaceAll(ID, "/…")}`;
  const nth = before.filter((one) => one.name === name).length + 1;
  // Accord says of a batch of reads that it may wait (`providers/entra/client/transport.ts`).
  const reads = method === "GET" || READS_BY_POST.test(path) || request.headers.get("x-ms-throttle-priority") === "low";
  return { name, nth, writes: !reads };
}
