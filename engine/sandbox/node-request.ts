/** Node's request and response ↔ the Fetch ones that emulators speak. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** Undefined where the request is not meant for this machine: a page elsewhere may have its own name point here. */
export function addressOf(incoming: IncomingMessage): URL | undefined {
  const host = incoming.headers.host ?? "";
  const path = incoming.url ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host) || !path.startsWith("/")) return undefined;
  const address = `http://${host}${path}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

export async function requestOf(incoming: IncomingMessage, url: URL): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = incoming.method ?? "GET";
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return new Request(url, { method, headers, ...(body.length === 0 ? {} : { body }) });
}

export async function answer(outgoing: ServerResponse, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  response.headers.forEach((value, name) => {
    outgoing.setHeader(name, value);
  });
  // Node would add its own, on the wall's time: tenant time is what clients must see.
  if (response.headers.has("date")) outgoing.sendDate = false;
  outgoing.end(body);
}
