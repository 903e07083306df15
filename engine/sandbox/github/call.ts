/** One request as handlers see it, and the forms in which GitHub refuses one. */
import { json } from "../../../providers/shared/emulator.ts";
import type { App, Hub, Level } from "./rows.ts";

export interface Call {
  readonly hub: Hub;
  readonly caller: Caller;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Caller {
  /** `ada`, or `github-actions[bot]`. */
  readonly login: string;
  readonly app?: App;
}

/** `{ pull_requests: "write" }`; any one of them will do. */
export type Needs = Readonly<Record<string, Level>>;

export interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly needs: Needs;
  readonly handle: (call: Call) => Response | Promise<Response>;
}

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly response: Response;

  constructor(
    status: number,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    const body = { message, ...more, documentation_url: "https://docs.github.com/rest", status: String(status) };
    this.response = json(status, body, headers);
  }
}

export const notFound = (): Refusal => new Refusal(404, "Not Found");

/** 422 in the form that names resource, field and code. */
export function invalid(resource: string, field: string, code: string, message?: string): Refusal {
  const error = { resource, field, code, ...(message === undefined ? {} : { message }) };
  return new Refusal(422, "Validation Failed", { errors: [error] });
}

export function textIn(call: Call, resource: string, name: string): string {
  const value = call.body[name];
  if (typeof value === "string" && value !== "") return value;
  throw invalid(resource, name, "missing_field");
}

export function optionalTextIn({ body }: Call, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

export function numberIn(call: Call, name: string): number {
  const value = call.params[name] ?? "";
  if (!/^\d+$/.test(value)) throw notFound();
  return Number(value);
}

/** One page, with the links to the others; `name` where the list is inside an object with `total_count`. */
export function page<T>({ url, hub }: Call, items: readonly T[], name?: string): Response {
  const size = Math.min(Math.max(Number(url.searchParams.get("per_page") ?? "30") || 30, 1), 100);
  const number = Math.max(Number(url.searchParams.get("page") ?? "1") || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string): string => {
    const target = new URL(`${hub.apiUrl}${pathBelow(hub, url)}${url.search}`);
    target.searchParams.set("page", String(to));
    return `<${target}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev"), link(1, "first")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
  ];
  const rows = items.slice((number - 1) * size, number * size);
  const body = name === undefined ? rows : { total_count: items.length, [name]: rows };
  return json(200, body, links.length === 0 ? {} : { link: links.join(", ") });
}

/** The path without what the API's own address begins with. */
export function pathBelow({ apiUrl }: Pick<Hub, "apiUrl">, url: URL): string {
  const prefix = new URL(apiUrl).pathname.replace(/\/$/, "");
  return url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname;
}
