/** A review's template, to and from C1 (c1.md §10). */

import type { WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Live, Path, Spec, Value } from "../../../engine/model.ts";
import { asSpec, valueAt } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { fromWire, toWire } from "../client/duration.ts";
import { refOrNull } from "../client/refs.ts";
import { count, fields, flag, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { markerOf } from "./marker.ts";
import { ownersApplied } from "./people.ts";
import { scopeToApi, scopeToSpec } from "./review-scope.ts";
import { enumOf, wordOf } from "./review-words.ts";

const SCOPE_TYPE = "ACCESS_REVIEW_SCOPE_TYPE_BY_";
const VIEW = "ACCESS_REVIEW_VIEW_TYPE_";
const DECISION = "CLOSE_DECISION_";
const ACCURACY = "ACCURACY_ISSUE_ACTION_";
const FREQUENCY = "FREQUENCY_";

/** Fields that C1 has one for each of: where in the document, its name there, and the way between. */
interface Plain {
  readonly path: Path;
  readonly api: string;
  toSpec(value: unknown): Value | undefined;
  toApi(value: Value): unknown;
}

const texts = { toSpec: text, toApi: text };
const flags = { toSpec: flag, toApi: flag };
const chosen = (prefix: string) => ({
  toSpec: (value: unknown) => wordOf(value, prefix),
  toApi: (value: Value) => enumOf(value, prefix),
});

const PLAIN: readonly Plain[] = [
  { path: ["displayName"], api: "displayName", ...texts },
  { path: ["description"], api: "description", ...texts },
  { path: ["policy"], api: "policyId", toSpec: refOrNull, toApi: (value) => refId(value) ?? "" },
  { path: ["policyOverride"], api: "usePolicyOverride", ...flags },
  {
    path: ["scopeType"],
    api: "scopeType",
    toSpec: (value) => (text(value).startsWith(SCOPE_TYPE) ? wordOf(value, SCOPE_TYPE) : undefined),
    toApi: (value) => enumOf(value, SCOPE_TYPE),
  },
  { path: ["schedule", "enabled"], api: "isCampaignScheduleEnabled", ...flags },
  {
    path: ["campaign", "duration"],
    api: "accessReviewDuration",
    toSpec: fromWire,
    toApi: (value) => toWire(text(value)) ?? null,
  },
  { path: ["campaign", "autoStart"], api: "autoStartCampaign", ...flags },
  { path: ["campaign", "autoClose"], api: "autoCloseCampaign", ...flags },
  { path: ["campaign", "closeDecision"], api: "autoCloseDecision", ...chosen(DECISION) },
  { path: ["campaign", "report"], api: "autoGenerateReport", ...flags },
  { path: ["campaign", "view"], api: "defaultView", ...chosen(VIEW) },
  { path: ["campaign", "instructions"], api: "reviewInstructions", ...texts },
  { path: ["campaign", "accuracyIssues"], api: "accuracyIssueAction", ...chosen(ACCURACY) },
  { path: ["campaign", "exemptCertifiedConflicts"], api: "exemptCertifiedAccessConflicts", ...flags },
];

/** Which e-mails there are, by the word that a document has for each. */
const NOTIFICATIONS = { kickoff: "sendKickoff", reminders: "sendReminders", close: "sendClose" };

export async function templateToLive(reader: C1Reader, row: Fields, want: WantedObject): Promise<Live> {
  const scope = fields(row.scope);
  const id = text(row.id);
  const listed = want.fields.includes("scope") && isFields(scope.specificResources);
  const found = await scopeToSpec(reader, scope, listed ? await reader.reviewedEntitlements(id) : undefined);
  const { owners, people } = await ownersApplied(reader, want.known);
  const plain = (group: string): Spec =>
    Object.fromEntries(
      PLAIN.filter(({ path }) => path.length > 1 && path[0] === group).flatMap(({ path, api, toSpec }) => {
        const value = toSpec(row[api]);
        return value === undefined ? [] : [[String(path[1]), value]];
      }),
    );
  const top = PLAIN.filter(({ path }) => path.length === 1).flatMap(({ path, api, toSpec }) => {
    const value = toSpec(row[api]);
    return value === undefined ? [] : [[String(path[0]), value] as const];
  });
  const createdAt = text(row.createdAt);
  return {
    id,
    spec: {
      ...Object.fromEntries(top),
      ...(owners === undefined ? {} : { owners }),
      scope: found.scope,
      schedule: { ...plain("schedule"), ...recurrenceToSpec(fields(row.recurrenceRule)) },
      campaign: { ...plain("campaign"), notifications: notificationsToSpec(fields(row.notificationConfig)) },
    },
    computed: { campaigns: count(row.occurrences), nextCampaignAt: timeText(row.nextScheduledCampaignAt) ?? "" },
    people: { ...found.people, ...people },
    ...markerOf(row),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

/**
 * What is declared, for all fields or only those that change, under the names that a mask has for them. Messages are
 * replaced whole: `row`, as C1 has it, fills what the document leaves out.
 */
export function templateToApi(
  spec: Spec,
  row: Fields,
  context: WriteContext,
  live?: Live,
  changes?: readonly FieldChange[],
): Fields {
  const wants = (path: Path): boolean =>
    valueAt(spec, path) !== undefined && (changes === undefined || touches(changes, ...path));
  const api: Record<string, unknown> = {};
  for (const { path, api: name, toApi } of PLAIN) {
    const value = valueAt(spec, path);
    if (value !== undefined && wants(path)) api[name] = toApi(value);
  }
  if (wants(["scope"])) api.scope = scopeToApi(asSpec(spec.scope ?? {}), fields(row.scope), context, live);
  const { enabled: _switch, ...recurrence } = asSpec(spec.schedule ?? {});
  if (Object.keys(recurrence).some((field) => wants(["schedule", field]))) {
    api.recurrenceRule = recurrenceToApi(recurrence, fields(row.recurrenceRule));
  }
  if (wants(["campaign", "notifications"])) {
    const sent = textsOf(valueAt(spec, ["campaign", "notifications"]));
    api.notificationConfig = Object.fromEntries(
      Object.entries(NOTIFICATIONS).map(([word, name]) => [name, sent.includes(word)]),
    );
  }
  return api;
}

function notificationsToSpec(config: Fields): readonly string[] {
  return Object.entries(NOTIFICATIONS).flatMap(([word, name]) => (flag(config[name]) ? [word] : []));
}

function recurrenceToSpec(rule: Fields): Spec {
  const frequency = wordOf(rule.frequency, FREQUENCY);
  return {
    ...(frequency === undefined ? {} : { frequency }),
    ...(count(rule.interval) === 0 ? {} : { every: count(rule.interval) }),
    start: timeText(rule.startDate) ?? null,
    end: timeText(rule.endDate) ?? null,
    occurrences: typeof rule.occurrences === "number" ? rule.occurrences : null,
  };
}

/** An end takes the place of a number of times, and the other way round: C1 has room for one of them. */
function recurrenceToApi(declared: Spec, held: Fields): Fields {
  const said = (field: string): boolean => declared[field] !== undefined && declared[field] !== null;
  return {
    ...held,
    ...(declared.frequency === undefined ? {} : { frequency: enumOf(declared.frequency, FREQUENCY) }),
    ...(declared.every === undefined ? {} : { interval: count(declared.every) }),
    ...(declared.start === undefined ? {} : { startDate: declared.start }),
    ...(declared.end === undefined ? {} : { endDate: declared.end }),
    ...(declared.occurrences === undefined ? {} : { occurrences: declared.occurrences }),
    ...(said("end") ? { occurrences: null } : {}),
    ...(said("occurrences") ? { endDate: null } : {}),
  };
}

/** UTC, to the second. */
function timeText(value: unknown): string | undefined {
  const at = Date.parse(text(value));
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
