/** ⇄ fetch through HTTPS_PROXY, with NO_PROXY honoured. Loaded only where a proxy is set. */
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";

export function proxyFetch(): (request: Request) => Promise<Response> {
  const dispatcher = new EnvHttpProxyAgent();
  return async (request) => {
    // undici's own Request is another class than Node's: only plain parts cross.
    const body =
      request.method === "GET" || request.method === "HEAD" ? undefined : new Uint8Array(await request.arrayBuffer());
    const response = await undiciFetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      redirect: "manual",
      signal: request.signal,
      dispatcher,
      ...(body === undefined ? {} : { body }),
    });
    const empty = response.status === 204 || response.status === 304;
    return new Response(empty ? null : await response.arrayBuffer(), {
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
    });
  };
}
