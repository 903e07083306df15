/**
 * Who is a member of a profile, kept up by C1 itself: holders of entitlements, or a CEL expression (c1.md §5.4). It has
 * no id of its own; the profile's stands for it. Every write replaces the whole rule, so what the document leaves out
 * is taken from what is live.
 */

import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { madeBy, refId } from "../../shared/spec.ts";
import { MEMBERSHIP } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { userOf } from "../client/people.ts";
import { refOfRow, refTo, scopedId, scopedRefs } from "../client/refs.ts";
import { count, fields, flag, objects, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { MEMBERSHIP_FIELDS, membershipPopulation } from "./membership-population.ts";
import { userIds } from "./people.ts";
import { enrolmentRef } from "./system-app.ts";

const RUN = "BUNDLE_AUTOMATION_RUN_STATUS_";
const BREAKER = "CIRCUIT_BREAKER_STATE_";

/** What an upsert keeps only where it is sent again, the condition aside. */
const SETTINGS = ["createTasks", "disableCircuitBreaker", "removedMembersThresholdPercent", "enforceOnSmallProfiles"];

const STALENESS =
  "Members follow their source after the connector's next sync (hourly by default) and this automation's next hourly run: up to about 2 h late. Where the source is who is on call in PagerDuty, whoever takes over within the next hour counts already: up to 1 h early.";

export const membershipAutomation: Kind<C1Reader, C1Writer> = {
  name: "membership-automation",
  proof: { by: "read" },
  phase: "last",

  key: (spec) => refId(spec.profile),

  *check(spec) {
    if (typeof spec.cel === "string") yield* celFindings(spec.cel, MEMBERSHIP, ["cel"]);
    const breaker = asSpec(spec.circuitBreaker ?? {});
    if (breaker.disabled === true) {
      yield {
        code: "no-circuit-breaker",
        message: "Nothing stops this automation from removing every member at once, for example after a bad sync.",
        path: ["circuitBreaker", "disabled"],
        severity: "warning",
      };
    }
  },

  /** Health that a person has to look at: the product never resumes an automation by itself. */
  async review(_reader, _spec, live): Promise<readonly Finding[]> {
    const status = text(live?.computed?.status);
    const breaker = text(live?.computed?.breaker);
    const error = text(live?.computed?.errorMessage);
    if (breaker === "triggered" || status === "waiting_for_approval") {
      return [
        {
          code: "automation-paused",
          message:
            "The automation is paused: it would have removed more members than its circuit breaker allows. Look at the removals in C1, then resume it there or with the action resume-automation.",
          severity: "warning",
        },
      ];
    }
    if (status !== "failure" && error === "") return [];
    return [
      {
        code: "automation-failing",
        message: `The automation's last run failed${error === "" ? "" : `: ${error}`}.`,
        severity: "warning",
      },
    ];
  },

  async *list(reader, want) {
    const ids =
      want.everything === true
        ? (await reader.profiles()).map((catalog) => text(catalog.id))
        : [...new Set(want.objects.flatMap((one) => one.id ?? one.key ?? []))];
    const found = await Promise.all(ids.map((id) => readAutomation(reader, id)));
    for (const live of found) if (live !== undefined) yield live;
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id } of wanted) yield (await readAutomation(reader, id)) ?? { gone: true, id };
  },

  ruleFields: MEMBERSHIP_FIELDS,
  async population(reader, spec, live) {
    const id = refId(spec.profile);
    const name = id === undefined ? undefined : text((await reader.profile(id))?.catalog.displayName);
    return membershipPopulation(
      reader,
      {
        entitlement: `member of the profile ${name || (id ?? madeBy(spec.profile) ?? "")}`,
        object: { kind: "c1/access-profile", id: id ?? `\${${madeBy(spec.profile)}.id}` },
        ref: id === undefined ? undefined : await enrolmentRef(reader, id),
        watched: true,
      },
      spec,
      live,
    );
  },

  /** The only word of C1's about an expression; of holders it gives no count. */
  async counted(_reader, { spec, computed }, since) {
    const at = Date.parse(text(computed?.lastRunAt));
    if (typeof spec.cel !== "string" || Number.isNaN(at) || at < since) return undefined;
    return { people: count(computed?.matchedUsers) };
  },

  async create(writer, spec, context) {
    const id = refId(spec.profile) ?? "";
    await exclude(writer, id, userIds(spec.exclude, context), []);
    await writer.setAutomation(id, automationToApi(spec));
    await context.made(id);
    return (await readAutomation(writer, id)) ?? { id, spec };
  },

  async update(writer, live, spec, changes, context) {
    const excluded = elementsAt(changes, "exclude");
    const rule = changes.some(({ path }) => path[0] !== "exclude");
    // Whoever was to be excluded and could not be must not be let in by the rule after it.
    await exclude(writer, live.id, userIds(excluded.added, context, live), userIds(excluded.removed, context, live));
    if (rule) await writer.setAutomation(live.id, automationToApi(withLive(spec, live)));
    return (await readAutomation(writer, live.id)) ?? live;
  },

  async delete(writer, live) {
    const automation = await writer.automation(live.id);
    if (automation !== undefined) await endAutomation(writer, live.id, automation);
  },

  describe({ action, before, after, fields }) {
    const people = count(before?.computed?.matchedUsers);
    if (action === "delete" || action === "replace") {
      const effect = "C1 does not say whether deleting an automation ends the memberships that it made";
      return { undo: "approximate", uncertain: { effect, people } };
    }
    if (action === "none") return {};
    const notes = [STALENESS];
    if (before !== undefined && after?.grantAndRevoke === false && touches(fields, "grantAndRevoke")) {
      const effect = "C1 does not say what turning grantAndRevoke off does to access that it granted";
      return { notes, uncertain: { effect, people } };
    }
    if (after?.grantAndRevoke === false) {
      notes.push("grantAndRevoke is off: the list of members changes, and nobody is granted or revoked anything.");
    }
    return { notes };
  },
};

/** Off first: deleting a running one leaves open what its last run had begun (c1.md §5.5). */
export async function endAutomation(writer: C1Writer, profileId: string, automation: Fields): Promise<void> {
  if (flag(automation.enabled)) {
    const { cel, entitlements, ...rest } = automation;
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, rest[name]]));
    const condition = isFields(cel) ? { cel } : { entitlements };
    await writer.setAutomation(profileId, { ...settings, ...condition, enabled: false });
  }
  await writer.deleteAutomation(profileId);
}

async function readAutomation(reader: C1Reader, id: string): Promise<Live | undefined> {
  const automation = await reader.automation(id);
  if (automation === undefined) return undefined;
  const excluded = (await reader.exclusions(await enrolmentRef(reader, id))).map(userOf);
  const state = fields(automation.state);
  const evaluation = fields(state.celEvaluation);
  const createdAt = text(automation.createdAt);
  return {
    id,
    spec: {
      profile: { id },
      ...conditionToSpec(automation),
      exclude: excluded.map((user) => user.email || user.id),
      enabled: flag(automation.enabled),
      grantAndRevoke: flag(automation.createTasks),
      circuitBreaker: {
        percent: count(automation.removedMembersThresholdPercent),
        enforceOnSmallProfiles: flag(automation.enforceOnSmallProfiles),
        disabled: flag(automation.disableCircuitBreaker),
      },
    },
    computed: {
      status: wordOf(state.status, RUN),
      lastRunAt: text(state.lastRunAt),
      errorMessage: text(state.errorMessage) || text(evaluation.errorMessage),
      matchedUsers: count(evaluation.matchedUsers),
      breaker: wordOf(fields(automation.circuitBreaker).state, BREAKER),
    },
    people: Object.fromEntries(excluded.map((user) => [user.email || user.id, user.id])),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function conditionToSpec(automation: Fields): Spec {
  if (isFields(automation.cel)) return { cel: text(automation.cel.expression) };
  const refs = objects(fields(automation.entitlements).entitlementRefs);
  return { holders: refs.map((ref) => refTo(scopedId(refOfRow(ref)))) };
}

/** All of it: an upsert forgets what is not sent. Exactly one of the two conditions may be. */
function automationToApi(spec: Spec): Fields {
  const breaker = asSpec(spec.circuitBreaker ?? {});
  return {
    enabled: spec.enabled !== false,
    createTasks: flag(spec.grantAndRevoke),
    disableCircuitBreaker: flag(breaker.disabled),
    removedMembersThresholdPercent: String(count(breaker.percent)),
    enforceOnSmallProfiles: flag(breaker.enforceOnSmallProfiles),
    ...(typeof spec.cel === "string"
      ? { cel: { expression: spec.cel } }
      : { entitlements: { entitlementRefs: scopedRefs(spec.holders) } }),
  };
}

function withLive(spec: Spec, live: Live): Spec {
  const { holders, cel, ...rest } = live.spec;
  const condition = spec.holders === undefined && spec.cel === undefined ? { holders, cel } : {};
  const kept = Object.fromEntries(Object.entries(condition).filter(([, value]) => value !== undefined));
  const circuitBreaker = { ...asSpec(live.spec.circuitBreaker ?? {}), ...asSpec(spec.circuitBreaker ?? {}) };
  return { ...rest, ...kept, ...spec, circuitBreaker };
}

async function exclude(
  writer: C1Writer,
  profileId: string,
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  if (add.length + remove.length === 0) return;
  const ref = await enrolmentRef(writer, profileId);
  if (add.length > 0) await writer.addExclusions(ref, add);
  if (remove.length > 0) await writer.removeExclusions(ref, remove);
}

function wordOf(name: unknown, prefix: string): string {
  return text(name).startsWith(prefix) ? text(name).slice(prefix.length).toLowerCase() : "";
}
