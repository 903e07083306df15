/** A team, bound by its exact name and never written. Its people cost a call for each team that declares them. */
import type { Candidates, Kind, WantedObject } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Spec } from "../../../engine/model.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import type { Member, Team } from "../client/rows.ts";
import { fold, type OpsgenieReader } from "../client.ts";

export type TeamSpec = Spec & {
  readonly name?: string;
  readonly description?: string;
  /** Everybody in it, whichever role. */
  readonly members?: readonly string[];
  /** Those of them who may change the team. */
  readonly admins?: readonly string[];
};

export const team: Kind<OpsgenieReader, OpsgenieReader, TeamSpec> = {
  name: "team",
  proof: { by: "read" },
  key: (spec) => textAt(spec, "name"),

  async *list(reader, want) {
    const ids = new Map(want.objects.flatMap((object) => (object.id === undefined ? [] : [[object.id, object]])));
    const names = new Map(want.objects.flatMap((object) => (object.key === undefined ? [] : [[object.key, object]])));
    const wanted = (await reader.teams()).flatMap((row) => {
      const object = ids.get(row.id) ?? names.get(row.name);
      if (object === undefined && want.everything !== true) return [];
      return [{ row, withPeople: want.everything === true || asksForPeople(object) }];
    });
    yield* inParallel(wanted, async ({ row, withPeople }) =>
      toLive(row, withPeople ? await reader.members(row.id) : undefined),
    );
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }): Promise<Live<TeamSpec> | Gone> => {
      const row = await reader.team(id);
      return row === undefined ? { gone: true, id } : toLive(row, await reader.members(id));
    });
  },

  async find(reader, lookup): Promise<Candidates> {
    return candidatesFor(await reader.teams(), textAt(lookup, "name"), (row) => row.name);
  },

  lookups: ({ spec }) => [{ name: spec.name ?? "" }],

  *edges({ spec, people }): Iterable<Edge> {
    for (const [role, logins] of [
      ["member", spec.members ?? []],
      ["admin", spec.admins ?? []],
    ] as const) {
      for (const person of logins) {
        const personId = people?.[person];
        const entitlement = `${role} of the Opsgenie team ${spec.name ?? ""}`.trimEnd();
        yield { person, entitlement, ...(personId === undefined ? {} : { personId }) };
      }
    }
  },
};

function asksForPeople(object: WantedObject | undefined): boolean {
  return object?.fields.some((field) => field === "members" || field === "admins") === true;
}

function toLive(row: Team, members: readonly Member[] | undefined): Live<TeamSpec> {
  const logins = (of: readonly Member[]): readonly string[] => of.map(({ username }) => fold(username)).sort();
  return {
    id: row.id,
    spec: {
      name: row.name,
      description: row.description,
      ...(members === undefined
        ? {}
        : { members: logins(members), admins: logins(members.filter(({ role }) => role === "admin")) }),
    },
    people: Object.fromEntries((members ?? []).map(({ id, username }) => [fold(username), id])),
    readOnly: "Accord reads teams; Opsgenie is where they are made",
  };
}
