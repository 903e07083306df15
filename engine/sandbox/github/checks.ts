import { json } from "../../../providers/shared/emulator.ts";
import {
  type Call,
  type Endpoint,
  invalid,
  notFound,
  numberIn,
  optionalTextIn,
  page,
  Refusal,
  textIn,
} from "./call.ts";
import { type AnnotationRow, type App, type CheckRow, nowIso } from "./rows.ts";
import { CONCLUSIONS, checkShape } from "./shapes/check.ts";

const ONE = "/repos/{owner}/{repo}/check-runs/{id}";
const MOST_TEXT = 65_535;
const MOST_ANNOTATIONS = 50;

export const checkEndpoints: readonly Endpoint[] = [
  { method: "POST", path: "/repos/{owner}/{repo}/check-runs", needs: { checks: "write" }, handle: created },
  {
    method: "GET",
    path: ONE,
    needs: { checks: "read" },
    handle: (call) => json(200, checkShape(call.hub, checkIn(call))),
  },
  { method: "PATCH", path: ONE, needs: { checks: "write" }, handle: updated },
  { method: "GET", path: `${ONE}/annotations`, needs: { checks: "read" }, handle: annotationsListed },
  { method: "GET", path: "/repos/{owner}/{repo}/commits/{ref}/check-runs", needs: { checks: "read" }, handle: listed },
];

/** People cannot make any. */
function appOf({ caller }: Call): App {
  if (caller.app === undefined) throw new Refusal(403, "You must authenticate via a GitHub App.");
  return caller.app;
}

async function created(call: Call): Promise<Response> {
  const { hub } = call;
  const app = appOf(call);
  const sha = textIn(call, "CheckRun", "head_sha");
  const commit = await hub.repository.commit(sha);
  if (commit === undefined || sha.length !== 40) {
    throw new Refusal(422, `No commit found for SHA: ${sha}`);
  }
  const row: CheckRow = {
    ...{ id: hub.next("id"), app, headSha: sha, name: textIn(call, "CheckRun", "name"), annotations: [] },
    ...{ externalId: optionalTextIn(call, "external_id") ?? "", status: "queued", startedAt: nowIso(hub) },
  };
  apply(call, row);
  hub.checks.set(row.id, row);
  return json(201, checkShape(hub, row));
}

function checkIn(call: Call): CheckRow {
  const row = call.hub.checks.get(numberIn(call, "id"));
  if (row === undefined) throw notFound();
  return row;
}

function updated(call: Call): Response {
  const row = checkIn(call);
  if (appOf(call).id !== row.app.id)
    throw new Refusal(
      403,
      `Invalid app_id \`${appOf(call).id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  apply(call, row);
  return json(200, checkShape(call.hub, row));
}

function apply(call: Call, row: CheckRow): void {
  const { hub, body } = call;
  const { output } = body;
  const given = typeof output === "object" && output !== null ? { ...output } : undefined;
  const change = given === undefined ? undefined : outputIn(given);
  const conclusion = body.conclusion;
  if (conclusion !== undefined && !CONCLUSIONS.some((one) => one === conclusion)) {
    throw new Refusal(422, "Invalid request.\n\nFor 'properties/conclusion', it is not a possible value.");
  }
  if (body.status === "completed" && conclusion === undefined && row.conclusion === undefined) {
    throw invalid("CheckRun", "conclusion", "missing_field");
  }
  row.name = optionalTextIn(call, "name") ?? row.name;
  if (body.status === "queued" || body.status === "in_progress") row.status = body.status;
  if (typeof conclusion === "string") {
    row.status = "completed";
    row.conclusion = conclusion;
    row.completedAt = optionalTextIn(call, "completed_at") ?? nowIso(hub);
  }
  if (change === undefined) return;
  Object.assign(row, change.texts);
  // They are added to those that are there.
  row.annotations.push(...change.annotations);
}

function outputIn(output: Readonly<Record<string, unknown>>) {
  const texts: { title?: string; summary?: string; text?: string } = {};
  for (const name of ["title", "summary", "text"] as const) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string")
      throw new Refusal(422, `Invalid request.\n\nFor 'properties/${name}', it is not a string.`);
    if (name !== "title" && value.length > MOST_TEXT) {
      throw new Refusal(
        422,
        `Invalid request.\n\nOnly ${MOST_TEXT} characters are allowed; ${value.length} were supplied.`,
      );
    }
    texts[name] = value;
  }
  if (texts.title === undefined || texts.summary === undefined) {
    throw new Refusal(422, 'Invalid request.\n\n"title", "summary" weren\'t supplied.');
  }
  const { annotations = [] } = output;
  if (!Array.isArray(annotations))
    throw new Refusal(422, "Invalid request.\n\nFor 'properties/annotations', it is not an array.");
  if (annotations.length > MOST_ANNOTATIONS) {
    throw new Refusal(
      422,
      `Invalid request.\n\nNo more than ${MOST_ANNOTATIONS} items are allowed; ${annotations.length} were supplied.`,
    );
  }
  return { texts, annotations: annotations.map(annotationIn) };
}

function annotationIn(given: unknown): AnnotationRow {
  const fields: Readonly<Record<string, unknown>> = typeof given === "object" && given !== null ? { ...given } : {};
  const { path, start_line: start, end_line: end, annotation_level: level, message, title, raw_details: raw } = fields;
  const levels = ["notice", "warning", "failure"] as const;
  const known = levels.find((one) => one === level);
  if (typeof path !== "string" || path === "" || path.startsWith("/")) throw badAnnotation("path");
  if (typeof start !== "number" || start < 1) throw badAnnotation("start_line");
  if (typeof end !== "number" || end < start) throw badAnnotation("end_line");
  if (known === undefined) throw badAnnotation("annotation_level");
  if (typeof message !== "string" || message === "" || message.length > 65_536) throw badAnnotation("message");
  if (typeof title === "string" && title.length > 255) throw badAnnotation("title");
  return {
    ...{ path, start_line: start, end_line: end, annotation_level: known, message },
    title: typeof title === "string" ? title : null,
    raw_details: typeof raw === "string" ? raw : null,
  };
}

function badAnnotation(field: string): Refusal {
  return invalid("CheckRun", `annotations.${field}`, "invalid");
}

function annotationsListed(call: Call): Response {
  return page(call, checkIn(call).annotations);
}

async function listed(call: Call): Promise<Response> {
  const { hub, url, params } = call;
  const commit = await hub.repository.commit(params.ref ?? "");
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${params.ref}`);
  const name = url.searchParams.get("check_name");
  const all = [...hub.checks.values()].filter(
    (row) => row.headSha === commit.sha && (name === null || row.name === name),
  );
  const newest = new Map(all.map((row) => [`${row.app.id} ${row.name}`, row]));
  const rows = url.searchParams.get("filter") === "all" ? all : [...newest.values()];
  return page(
    call,
    rows.map((row) => checkShape(hub, row)),
    "check_runs",
  );
}
