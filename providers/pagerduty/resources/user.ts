/** A user, bound by e-mail and never written: an identity provider or a person makes them. */
import type { Candidates, Kind } from "../../../engine/kind.ts";
import type { Edge, Live, Spec } from "../../../engine/model.ts";
import type { User } from "../client/rows.ts";
import { fold, type PagerdutyReader } from "../client.ts";

export type UserSpec = Spec & { readonly email: string; readonly name?: string; readonly role?: string };

const ADMINISTRATORS = ["admin", "owner"];

export const user: Kind<PagerdutyReader, PagerdutyReader, UserSpec> = {
  name: "user",
  proof: { by: "read" },
  key: (spec) => (typeof spec.email === "string" ? fold(spec.email) : undefined),

  async *list(reader, want) {
    if (want.everything === true) {
      for (const row of await reader.everyUser()) yield toLive(row);
      return;
    }
    const found = new Map<string, User>();
    const emails = want.objects.flatMap((object) => object.key ?? []);
    for (const row of (await reader.usersByEmail(emails)).values()) found.set(row.id, row);
    const ids = want.objects.flatMap((object) => (object.id === undefined || found.has(object.id) ? [] : [object.id]));
    for (const row of await Promise.all(ids.map((id) => reader.user(id))))
      if (row !== undefined) found.set(row.id, row);
    for (const row of found.values()) yield toLive(row);
  },

  async *get(reader, wanted) {
    for (const { id } of wanted) {
      const row = await reader.user(id);
      yield row === undefined ? { gone: true, id } : toLive(row);
    }
  },

  async find(reader, lookup): Promise<Candidates> {
    const found = await reader.usersByEmail([String(lookup.email ?? "")]);
    return { exact: [...found.values()].map((row) => ({ id: row.id, label: `${row.name} <${row.email}>` })), near: [] };
  },

  lookups: ({ spec }) => [{ email: spec.email }],

  *edges({ spec }): Iterable<Edge> {
    if (spec.role === undefined) return;
    const administers = ADMINISTRATORS.includes(spec.role);
    yield {
      person: spec.email,
      entitlement: `PagerDuty role ${spec.role}`,
      ...(administers ? { privileged: true, administers: true } : {}),
    };
  },
};

function toLive(row: User): Live<UserSpec> {
  return {
    id: row.id,
    spec: { email: fold(row.email), name: row.name, role: row.role },
    people: { [fold(row.email)]: row.id },
    readOnly: "Accord reads PagerDuty's users; it does not write them",
  };
}
