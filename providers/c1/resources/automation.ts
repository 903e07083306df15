/**
 * What C1 does by itself when something happens (c1.md §9). Triggers and steps that a document cannot say are shown by
 * their name and kept; a draft that somebody has in the console is left alone.
 */

import { canonicalJson } from "../../../engine/canonical.ts";
import type { Finding, Kind, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import type { Fields } from "../../shared/narrow.ts";
import { isFields } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import { refId, textAt } from "../../shared/spec.ts";
import { refOrNull } from "../client/refs.ts";
import { count, enumWord, flag, objects, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { automationFindings } from "./automation-check.ts";
import { type Names, peopleInRow } from "./automation-fields.ts";
import { stepsToApi, stepToSpec, triggersToApi, triggerToSpec } from "./automation-spec.ts";
import { annotationsOf, markerOf } from "./marker.ts";
import { findByName } from "./names.ts";
import { namePeople } from "./people.ts";

const PERIOD = "CIRCUIT_BREAKER_PERIOD_";

export const automation: Kind<C1Reader, C1Writer> = {
  name: "automation",
  proof: { by: "read" },
  phase: "last",
  whole: true,

  key: (spec) => textAt(spec, "displayName"),
  check: automationFindings,

  async review(_reader, _spec, live): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    if (live?.computed?.tripped === true) {
      findings.push({
        code: "automation-stopped",
        message:
          "Its circuit breaker has stopped it: it ran more often than it may. Runs wait in C1 until somebody decides.",
        path: ["circuitBreaker"],
        severity: "warning",
      });
    }
    if (live?.computed?.unpublished === true) {
      findings.push({
        code: "unpublished-draft",
        message:
          "Somebody has an unpublished draft of it in C1's console; publishing that would undo what is declared here.",
        severity: "warning",
      });
    }
    return findings;
  },

  async *list(reader, want) {
    const wanted = (await reader.automations()).filter(
      (row) => want.everything === true || want.objects.some((one) => one.id === row.id || one.key === row.displayName),
    );
    yield* await Promise.all(wanted.map((row) => automationToLive(reader, row)));
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id } of wanted) {
      const row = await reader.workflow(id);
      yield row === undefined ? { gone: true, id } : await automationToLive(reader, row);
    }
  },

  find: async (reader, lookup) => findByName(await reader.automations(), lookup),
  lookups: ({ spec }) => [{ name: text(spec.displayName) }],

  async create(writer, spec, context) {
    const row = await writer.createWorkflow({
      ...automationToApi(spec, context),
      appId: refId(spec.app) ?? "",
      annotations: annotationsOf(context.marker),
    });
    await context.made(text(row.id));
    return automationToLive(writer, row);
  },

  async update(writer, live, spec, changes, context) {
    const row = (await writer.workflow(live.id)) ?? {};
    const body = {
      ...automationToApi(spec, context, { live, row, changes }),
      annotations: annotationsOf(context.marker),
    };
    return automationToLive(writer, await writer.updateWorkflow(live.id, body, Object.keys(body)));
  },

  async delete(writer, live) {
    await writer.deleteWorkflow(live.id);
  },

  describe: ({ action }) =>
    action === "update" || action === "delete"
      ? { notes: ["Runs that have begun keep the steps that they started with."] }
      : {},
};

async function automationToLive(reader: C1Reader, row: Fields): Promise<Live> {
  const triggers = objects(row.triggers);
  const steps = objects(row.automationSteps);
  const arms = [...triggers, ...steps].flatMap((one) => Object.values(one).filter(isFields));
  const named = await namePeople(reader, [...new Set(arms.flatMap(peopleInRow))]);
  const logins = new Map(Object.entries(named.people).map(([login, id]) => [id, login]));
  const names: Names = { idOf: (login) => named.people[login] ?? login, loginOf: (id) => logins.get(id) ?? id };
  const createdAt = text(row.createdAt);
  return {
    id: text(row.id),
    spec: {
      displayName: text(row.displayName),
      description: text(row.description),
      app: refOrNull(row.appId),
      enabled: flag(row.enabled),
      draft: flag(row.isDraft),
      triggers: triggers.map((one) => triggerToSpec(one, names)),
      steps: steps.map((one) => stepToSpec(one, names)),
      circuitBreaker: { max: count(row.circuitBreakerMax), ...periodToSpec(row.circuitBreakerPeriod) },
    },
    computed: {
      tripped: isFields(row.circuitBreaker),
      lastExecutedAt: text(row.lastExecutedAt),
      version: count(row.currentVersion),
      unpublished: !flag(row.isDraft) && hasOwnDraft(row),
    },
    people: named.people,
    ...markerOf(row),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function periodToSpec(value: unknown): Spec {
  const period = enumWord(value, PERIOD);
  return period === "" || period === "unspecified" ? {} : { period };
}

/** Drafts start as what is published (c1.md §9). */
function hasOwnDraft(row: Fields): boolean {
  const differs = (draft: unknown, published: unknown): boolean =>
    objects(draft).length > 0 && canonicalJson(objects(draft)) !== canonicalJson(objects(published));
  return differs(row.draftTriggers, row.triggers) || differs(row.draftAutomationSteps, row.automationSteps);
}

interface Before {
  readonly live: Live;
  readonly row: Fields;
  readonly changes: readonly FieldChange[];
}

/** A draft that nobody has touched goes along, so that the console does not offer yesterday's to be published. */
function automationToApi(spec: Spec, context: WriteContext, before?: Before): Fields {
  const idOf = personIds(context.people, before?.live.people);
  const names: Names = { idOf, loginOf: (id) => id };
  const wants = (...path: readonly string[]): boolean => before === undefined || touches(before.changes, ...path);
  const api: Record<string, unknown> = {};
  for (const field of ["displayName", "description"]) {
    if (spec[field] !== undefined && wants(field)) api[field] = text(spec[field]);
  }
  if (spec.enabled !== undefined && wants("enabled")) api.enabled = flag(spec.enabled);
  if (spec.draft !== undefined && wants("draft")) api.isDraft = flag(spec.draft);
  const lists = [
    ["triggers", "triggers", "draftTriggers", triggersToApi],
    ["steps", "automationSteps", "draftAutomationSteps", stepsToApi],
  ] as const;
  const drafted = before !== undefined && hasOwnDraft(before.row);
  for (const [ours, theirs, draft, convert] of lists) {
    if (spec[ours] === undefined || !wants(ours)) continue;
    api[theirs] = convert(spec, names, objects(before?.row[theirs]));
    if (before !== undefined && !drafted) api[draft] = api[theirs];
  }
  const breaker = asSpec(spec.circuitBreaker ?? {});
  if (breaker.max !== undefined && wants("circuitBreaker", "max")) api.circuitBreakerMax = count(breaker.max);
  if (breaker.period !== undefined && wants("circuitBreaker", "period")) {
    api.circuitBreakerPeriod = `${PERIOD}${text(breaker.period).toUpperCase()}`;
  }
  return api;
}
