import { json } from "../../../providers/shared/emulator.ts";
import { type Call, type Endpoint, notFound, numberIn, page, Refusal } from "./call.ts";
import type { ArtifactRow, Hub } from "./rows.ts";
import { artifactShape } from "./shapes/check.ts";

const LIST = "/repos/{owner}/{repo}/actions/artifacts";
const READ = { actions: "read" } as const;
/** Where a download leads to: another host, with its own credential in the address. */
export const BLOBS = "productionresultssa0.blob.core.windows.net";
const LINK_LIFE = 60_000;

export const artifactEndpoints: readonly Endpoint[] = [
  { method: "GET", path: LIST, needs: READ, handle: listed },
  {
    method: "GET",
    path: `${LIST}/{id}`,
    needs: READ,
    handle: (call) => json(200, artifactShape(call.hub, artifactIn(call))),
  },
  { method: "GET", path: `${LIST}/{id}/zip`, needs: READ, handle: download },
];

/** Newest first; for some time the expired ones are still listed. */
function listed(call: Call): Response {
  const { hub, url } = call;
  const name = url.searchParams.get("name");
  const rows = [...hub.artifacts.values()].filter((row) => name === null || row.name === name).reverse();
  return page(
    call,
    rows.map((row) => artifactShape(hub, row)),
    "artifacts",
  );
}

function artifactIn(call: Call): ArtifactRow {
  const row = call.hub.artifacts.get(numberIn(call, "id"));
  if (row === undefined) throw notFound();
  return row;
}

function download(call: Call): Response {
  const { hub } = call;
  const row = artifactIn(call);
  if (hub.clock.now() >= row.expiresAt) throw new Refusal(410, "Artifact has expired");
  // In process it has a host of its own, as in life; over HTTP there is only one.
  const { protocol } = call.url;
  const base = protocol === "https:" ? `https://${BLOBS}` : call.url.origin;
  const location = `${base}/actions-results/${row.id}.zip?se=${hub.clock.now() + LINK_LIFE}&sig=${row.id}`;
  return new Response(null, { status: 302, headers: { location } });
}

/** Storage: knows no token, only whether the address is one that was handed out and still holds. */
export function blob(hub: Hub, request: Request): Response {
  const url = new URL(request.url);
  const id = Number(/^\/actions-results\/(\d+)\.zip$/.exec(url.pathname)?.[1] ?? Number.NaN);
  const row = hub.artifacts.get(id);
  if (row === undefined || url.searchParams.get("sig") !== String(id)) return new Response(null, { status: 404 });
  if (request.headers.has("authorization")) {
    return new Response("<Error><Code>InvalidAuthenticationInfo</Code></Error>", { status: 401 });
  }
  if (Number(url.searchParams.get("se")) < hub.clock.now()) {
    return new Response("<Error><Code>AuthenticationFailed</Code></Error>", { status: 403 });
  }
  return new Response(new Uint8Array(row.zip), { headers: { "content-type": "application/zip" } });
}
