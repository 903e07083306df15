/**
 * How access to one app is asked for (c1.md §6.5): configuration rules in order, defaults of requests, and controls of
 * unused access. They are there as long as the app is; to a stack they exist once something of them is switched on, so
 * that they can be made, found and taken back like any object. Their id is the app's.
 */

import type { Finding, Kind, Progress, WantedObject } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec, isList, isObject } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { touches } from "../../shared/changes.ts";
import { textsOf } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { CONFIGURATION_RULE } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { flag, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import {
  defaultsToApi,
  defaultsToSpec,
  isConfigured,
  rulesToSpec,
  usageToApi,
  usageToSpec,
} from "./app-settings-spec.ts";
import { changeRules } from "./configuration-rules.ts";
import { durationFindings } from "./entitlement.ts";
import { typesOf } from "./entitlement-lookup.ts";

const PARTS = ["rules", "defaults", "usage"];

export const appSettings: Kind<C1Reader, C1Writer> = {
  name: "app-settings",
  // C1 applies new defaults to every entitlement concerned, one after the other.
  proof: { by: "poll", every: 5_000, within: 600_000 },
  whole: true,

  key: (spec) => refId(spec.app),

  *check(spec) {
    const names = new Set<string>();
    for (const [index, rule] of rulesIn(spec).entries()) {
      const when = text(rule.when);
      if (when !== "") yield* celFindings(when, CONFIGURATION_RULE, ["rules", index, "when"]);
      yield* durationFindings(rule.maxDuration, "rules", String(index), "maxDuration");
      yield* nameFindings(names, text(rule.name), index);
      if (when === "" && rule.enabled !== false && index < rulesIn(spec).length - 1) {
        yield {
          code: "rule-never-reached",
          message: `The rules after "${text(rule.name)}" are never reached: it has no condition, so it takes everything.`,
          hint: "Put it last.",
          path: ["rules", index],
          severity: "warning",
        };
      }
    }
    yield* durationFindings(asSpec(spec.defaults ?? {}).duration, "defaults", "duration");
  },

  async review(reader, spec, live): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    if (live?.computed?.defaultsState === "failed") {
      findings.push({
        code: "defaults-failed",
        message: "C1 failed to apply the app's request defaults the last time; look at the app in C1's console.",
        path: ["defaults"],
        severity: "warning",
      });
    }
    const usage = asSpec(spec.usage ?? {});
    if (live?.computed?.hasUsageData === false && (usage.notify === true || usage.revoke === true)) {
      findings.push({
        code: "no-usage-data",
        message: "C1 has no data on how this app is used, so nothing there counts as unused.",
        path: ["usage"],
        severity: "warning",
      });
    }
    return [...findings, ...(await typeFindings(reader, spec))];
  },

  async *list(reader, want) {
    const apps = new Set((await reader.apps()).map((row) => text(row.id)));
    const asked: readonly WantedObject[] =
      want.everything === true
        ? [...apps].map((id) => want.objects.find((one) => one.id === id) ?? { key: id, fields: PARTS })
        : want.objects;
    const found = await Promise.all(
      asked.map(async ({ id, key = "", fields }): Promise<readonly Live[]> => {
        if (!apps.has(id ?? key)) return [];
        const live = await readSettings(reader, id ?? key, id === undefined ? PARTS : fields);
        return id !== undefined || isConfigured(live.spec) ? [live] : [];
      }),
    );
    yield* found.flat();
  },

  /** Asked about nothing in particular, they are gone where nothing is switched on: that is what deleting them leaves. */
  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id, fields } of wanted) {
      const app = await reader.app(id);
      const live = app && (await readSettings(reader, id, fields.length === 0 ? PARTS : fields));
      yield live === undefined || (fields.length === 0 && !isConfigured(live.spec)) ? { gone: true, id } : live;
    }
  },

  async create(writer, spec, context) {
    const id = refId(spec.app) ?? "";
    await writeSettings(writer, id, spec, PARTS);
    await context.made(id);
    return readSettings(writer, id, Object.keys(spec));
  },

  async update(writer, live, spec, changes) {
    await writeSettings(
      writer,
      live.id,
      spec,
      PARTS.filter((part) => touches(changes, part)),
    );
    return readSettings(writer, live.id, Object.keys(spec));
  },

  async progress(reader, live): Promise<Progress> {
    const now = await readSettings(reader, live.id, Object.keys(live.spec));
    const state = now.computed?.defaultsState;
    if (state === "running") return { state: "converging", note: "C1 is still applying the app's request defaults" };
    if (state !== "failed" || live.spec.defaults === undefined) return { state: "done", live: now };
    const problem = {
      code: "defaults-failed",
      message: "C1 could not apply the app's request defaults.",
      hint: "Look at the app's request settings in C1's console, then apply again.",
    };
    return { state: "failed", problem };
  },

  async delete(writer, live) {
    const rules = await writer.configurationRules(live.id);
    await attemptAll([
      ...rules.map((rule) => () => writer.deleteConfigurationRule(live.id, text(rule.id))),
      async () => {
        const defaults = await writer.requestDefaults(live.id);
        if (!flag(defaults.defaultsEnabled)) return;
        await writer.setRequestDefaults(live.id, await defaultsToApi(writer, live.id, { enabled: false }, defaults));
      },
      () => writer.setUsageControls(live.id, { notify: false, revoke: false }, ["notify", "revoke"]),
    ]);
  },

  describe({ action, after, fields }) {
    if (action === "delete") {
      return {
        undo: "approximate",
        notes: [
          "Takes the app's rules away and switches its defaults and usage controls off; what defaults gave to entitlements stays.",
        ],
      };
    }
    const changes = (part: string): boolean => action === "create" || touches(fields, part);
    const defaults = asSpec(after?.defaults ?? {});
    const usage = asSpec(after?.usage ?? {});
    const notes: string[] = [];
    if (changes("defaults") && defaults.enabled === true) {
      notes.push(
        "C1 gives these defaults to every entitlement of the resource types named that does not keep its own (overrideAppDefaults), declared in this stack or not, and goes on after its answer.",
      );
    }
    if (changes("usage") && usage.revoke === true) {
      notes.push("C1 takes access away from whoever has not used it for that long, by tasks of its own.");
    }
    return { notes };
  },
};

async function readSettings(reader: C1Reader, appId: string, fields: readonly string[]): Promise<Live> {
  const [rules, defaults, usage] = await Promise.all([
    fields.includes("rules") ? reader.configurationRules(appId) : undefined,
    fields.includes("defaults") ? reader.requestDefaults(appId) : undefined,
    fields.includes("usage") ? reader.usageControls(appId) : undefined,
  ]);
  return {
    id: appId,
    spec: {
      app: { id: appId },
      ...(rules === undefined ? {} : { rules: rulesToSpec(rules) }),
      ...(defaults === undefined ? {} : { defaults: await defaultsToSpec(reader, appId, defaults) }),
      ...(usage === undefined ? {} : { usage: usageToSpec(usage) }),
    },
    computed: {
      defaultsState: text(defaults?.state)
        .replace(/^APP_ACCESS_REQUEST_DEFAULTS_LAST_APPLY_STATE_/, "")
        .toLowerCase()
        .replace("unspecified", ""),
      hasUsageData: usage === undefined ? null : flag(usage.hasUsageData),
    },
  };
}

async function writeSettings(writer: C1Writer, appId: string, spec: Spec, parts: readonly string[]): Promise<void> {
  const declared = parts.filter((part) => spec[part] !== undefined);
  await attemptAll([
    async () => declared.includes("rules") && changeRules(writer, appId, rulesIn(spec)),
    async () => {
      if (!declared.includes("defaults")) return;
      const live = await writer.requestDefaults(appId);
      await writer.setRequestDefaults(appId, await defaultsToApi(writer, appId, asSpec(spec.defaults ?? {}), live));
    },
    async () => {
      const usage = usageToApi(asSpec(spec.usage ?? {}));
      if (declared.includes("usage")) await writer.setUsageControls(appId, usage, Object.keys(usage));
    },
  ]);
}

function rulesIn(spec: Spec): readonly Spec[] {
  return isList(spec.rules) ? spec.rules.filter(isObject) : [];
}

function* nameFindings(names: Set<string>, name: string, index: number): Iterable<Finding> {
  if (names.has(name)) {
    yield {
      code: "rule-named-twice",
      message: `Two rules are called "${name}"; a rule is recognised by its name.`,
      hint: "Give each its own.",
      path: ["rules", index, "name"],
    };
  }
  names.add(name);
}

async function typeFindings(reader: C1Reader, spec: Spec): Promise<readonly Finding[]> {
  const wanted = textsOf(asSpec(spec.defaults ?? {}).resourceTypes);
  const appId = refId(spec.app);
  if (wanted.length === 0 || appId === undefined) return [];
  const known = (await typesOf(reader, appId)).map((row) => text(row.displayName));
  return wanted
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: "unknown-resource-type",
      message: `The app has no resource type "${name}".`,
      hint:
        known.length === 0
          ? "It has none yet: they come with the connector's first sync."
          : `It has: ${known.join(", ")}.`,
      path: ["defaults", "resourceTypes"],
    }));
}
