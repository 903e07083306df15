/**
 * A group's assignment to an application. PUT creates and replaces alike, so what the document does not name is read
 * and sent back; Okta renumbers priorities without gaps after every write (okta.md §4.6).
 */
import type { Finding, Kind, Want } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Ref, Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { attributesAt, merged, touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { refId } from "../../shared/spec.ts";
import type { AppGroup } from "../client/apps.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { place, placedAs } from "./app-positions.ts";

export type AppAssignmentSpec = Spec & {
  readonly app?: Ref;
  readonly group?: Ref;
  readonly priority?: number;
  readonly profile?: Readonly<Record<string, Value>>;
};

export const appAssignment: Kind<OktaReader, OktaWriter, AppAssignmentSpec> = {
  name: "app-assignment",
  proof: { by: "read" },
  lane: "app-assignments",
  key: idOf,

  async *list(reader, want) {
    const wanted = new Set(want.objects.map(({ id, key }) => id ?? key));
    const lists = inParallel(await appIds(reader, want), (appId) => assignmentsOf(reader, appId));
    for await (const assignments of lists) {
      for (const assignment of assignments) {
        const live = toSpec(assignment);
        if (want.everything === true || wanted.has(live.id)) yield live;
      }
    }
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }): Promise<Live<AppAssignmentSpec> | Gone> => {
      const pair = pairOf(id);
      const found = pair === undefined ? undefined : await reader.appGroup(pair.appId, pair.groupId);
      return found === undefined ? { gone: true, id } : toSpec(found);
    });
  },

  async review(reader, spec, live): Promise<readonly Finding[]> {
    const appId = refId(spec.app);
    if (spec.priority === undefined || appId === undefined) return [];
    const others = (await assignmentsOf(reader, appId)).filter((one) => one.groupId !== refId(spec.group)).length;
    // On its way with others of the same plan, a new one may still reach a position that does not exist today.
    if (live === undefined || spec.priority <= others) return [];
    return [
      {
        code: "okta-priority",
        message: `Priority ${spec.priority} does not exist: the application has ${others + 1} group(s), and Okta numbers them 0 to ${others}.`,
        hint: `Write ${others} for the last position.`,
        path: ["priority"],
      },
    ];
  },

  async create(writer, spec) {
    const pair = pairOf(idOf(spec) ?? "");
    if (pair === undefined) throw new Error("an assignment without its app or group");
    const live = await assignmentsOf(writer, pair.appId);
    const existing = live.find((one) => one.groupId === pair.groupId);
    if (existing !== undefined) throw new ProblemError(alreadyThere(existing));
    return toSpec(
      await put(writer, { ...pair, priority: spec.priority, profile: merged(spec.profile ?? {}, {}) }, live),
    );
  },

  async update(writer, live, spec, fields) {
    const pair = pairOf(live.id);
    const found = pair === undefined ? undefined : await writer.appGroup(pair.appId, pair.groupId);
    if (found === undefined)
      throw new ProblemError({
        code: "not-found",
        message: `The assignment ${live.id} is gone.`,
        hint: "Plan again: it is made anew where the document still asks for it.",
      });
    const profile = merged(found.profile, attributesAt(fields, "profile"));
    if (!touches(fields, "priority")) return toSpec(await writer.putAppGroup({ ...found, profile }));
    const others = await assignmentsOf(writer, found.appId);
    return toSpec(await put(writer, { ...found, priority: spec.priority, profile }, others));
  },

  async progress(reader, live) {
    const pair = pairOf(live.id);
    const found = pair === undefined ? undefined : await reader.appGroup(pair.appId, pair.groupId);
    if (found === undefined) return { state: "converging", note: "Okta does not show the assignment yet." };
    return { state: "done", live: toSpec(await placedAs(reader, found)) };
  },

  async delete(writer, live) {
    const pair = pairOf(live.id);
    if (pair !== undefined) await writer.removeAppGroup(pair.appId, pair.groupId);
  },

  *edges({ spec }): Iterable<Edge> {
    const group = refId(spec.group);
    const app = refId(spec.app);
    if (group !== undefined && app !== undefined) {
      yield {
        person: `group ${group}`,
        personId: group,
        holder: { kind: "okta/group", id: group },
        entitlement: `application ${app}`,
        object: { kind: "okta/app", id: app },
      };
    }
  },

  describe({ action }) {
    return action === "delete"
      ? { notes: ["Members who have the application through no other group lose it, and may lose their data in it."] }
      : {};
  },
};

function idOf(spec: AppAssignmentSpec): string | undefined {
  const app = refId(spec.app);
  const group = refId(spec.group);
  return app === undefined || group === undefined ? undefined : `${app}/${group}`;
}

function pairOf(id: string): { readonly appId: string; readonly groupId: string } | undefined {
  const [appId, groupId] = id.split("/");
  return appId === undefined || groupId === undefined || groupId === "" ? undefined : { appId, groupId };
}

/** One paged call per application of the stack, in the smallest of Okta's buckets. */
async function appIds(reader: OktaReader, want: Want): Promise<readonly string[]> {
  if (want.everything === true) return (await reader.apps()).map(({ id }) => id);
  const ids = want.objects.flatMap(({ id, key }) => pairOf(id ?? key ?? "")?.appId ?? []);
  return [...new Set(ids)];
}

/** An application that is gone has no assignments. */
async function assignmentsOf(reader: OktaReader, appId: string): Promise<readonly AppGroup[]> {
  try {
    return await reader.appGroups(appId);
  } catch (error) {
    if (error instanceof ProblemError && error.problems.some((problem) => problem.code === "not-found")) return [];
    throw error;
  }
}

function put(writer: OktaWriter, assignment: AppGroup, live: readonly AppGroup[]): Promise<AppGroup> {
  const { priority } = assignment;
  return priority === undefined ? writer.putAppGroup(assignment) : place(writer, { ...assignment, priority }, live);
}

function alreadyThere({ appId, groupId }: AppGroup) {
  return {
    code: "exists",
    message: `The group ${groupId} has the application ${appId} already.`,
    hint: `Bind it: accord import ADDRESS ${appId}/${groupId}, or say \`adopt: true\` in the document.`,
  };
}

export function toSpec({ appId, groupId, priority, profile }: AppGroup): Live<AppAssignmentSpec> {
  return {
    id: `${appId}/${groupId}`,
    spec: {
      app: { id: appId },
      group: { id: groupId },
      ...(priority === undefined ? {} : { priority }),
      profile,
    },
  };
}
