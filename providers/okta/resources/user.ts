import type { Kind, Want } from "../../../engine/kind.ts";
import type { Edge, FieldChange, Gone, Live, Spec, Value } from "../../../engine/model.ts";
import { attributesAt, merged, touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { textAt } from "../../shared/spec.ts";
import type { User } from "../client/users.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { peopleNamed, search, sweeps } from "../people.ts";
import { deleteUser, moveTo, suspend, type WantedStatus } from "./user-lifecycle.ts";

export type UserSpec = Spec & {
  readonly login?: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly profile?: Readonly<Record<string, Value>>;
  readonly status?: WantedStatus;
};

const NAMED = ["login", "email", "firstName", "lastName"] as const;

export const user: Kind<OktaReader, OktaWriter, UserSpec> = {
  name: "user",
  // Lifecycle moves go on after their answer.
  proof: { by: "poll", every: 2_000, within: 120_000 },
  consistency: 10_000,
  key: (spec) => textAt(spec, "login")?.toLowerCase(),

  async *list(reader, want) {
    const found = new Map((await wantedUsers(reader, want)).map((one) => [one.id, one]));
    const byId = new Map(want.objects.map((one) => [one.id, one]));
    const byLogin = new Map(want.objects.map((one) => [one.id === undefined ? one.key : undefined, one]));
    for (const one of found.values()) {
      const asked = byId.get(one.id) ?? byLogin.get(one.login.toLowerCase());
      if (asked === undefined && want.everything !== true) continue;
      if (!isAbsent(one, asked?.fields ?? [])) yield toSpec(one);
    }
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id, fields }): Promise<Live<UserSpec> | Gone> => {
      const found = await reader.user(id);
      return found === undefined || isAbsent(found, fields) ? { gone: true, id } : toSpec(found);
    });
  },

  async find(reader, lookup) {
    const name = textAt(lookup, "login") ?? textAt(lookup, "email") ?? "";
    const [match] = await peopleNamed(reader, [name]);
    const byLogin = (one: { readonly login: string }): boolean => one.login.toLowerCase() === name.toLowerCase();
    const candidates = (match?.candidates ?? []).filter((one) => lookup.email !== undefined || byLogin(one));
    return { exact: candidates.map(({ id, login }) => ({ id, label: login })), near: [] };
  },

  lookups: ({ spec }) => [{ login: spec.login ?? "" }],

  async review(_reader, spec, live) {
    if (live !== undefined || spec.status !== "suspended") return [];
    return [
      {
        code: "okta-user-status",
        message: "status: Okta suspends only people who have been active; a new account starts as active or staged.",
        hint: "Say `status: active` or `staged` first, and `suspended` in a later change.",
        path: ["status"],
      },
    ];
  },

  async create(writer, spec, context) {
    const made = await writer.createUser(toApi(spec), spec.login ?? "");
    await context.made(made.id);
    await moveTo(writer, made, spec.status ?? "active");
    return { ...toSpec(made), spec: { ...toSpec(made).spec, status: spec.status ?? "active" } };
  },

  async update(writer, live, spec, fields) {
    const profile = changedProfile(spec, fields);
    if (Object.keys(profile).length > 0) await writer.updateUser(live.id, profile);
    if (touches(fields, "status")) await moveTo(writer, await current(writer, live), spec.status ?? "active");
    return { ...live, spec: { ...live.spec, ...spec, profile: merged(live.spec.profile ?? {}, spec.profile ?? {}) } };
  },

  async disable(writer, live) {
    const found = await writer.user(live.id);
    if (found !== undefined) await suspend(writer, found);
  },

  async delete(writer, live) {
    await deleteUser(writer, live.id);
  },

  async progress(reader, live) {
    const found = await reader.user(live.id);
    if (found === undefined) return { state: "converging", note: "Okta does not show the account yet." };
    if (found.transitioningTo === undefined) return { state: "done", live: toSpec(found) };
    return { state: "converging", note: `Okta is moving the account to ${found.transitioningTo}.` };
  },

  *edges({ spec, id }): Iterable<Edge> {
    if (spec.login === undefined || (spec.status ?? "active") !== "active") return;
    yield {
      person: spec.login,
      ...(id === undefined ? {} : { personId: id }),
      entitlement: "an active account",
      account: true,
    };
  },

  describe({ action, after, fields }) {
    if (action === "delete") return { notes: ["The account is erased for good."], undo: "none" };
    if (touches(fields, "status") && after?.status === "deactivated") {
      return { notes: ["Deactivating takes away every application, and in some the data."], undo: "approximate" };
    }
    return {};
  },
};

/**
 * A deactivated account keeps its login but holds nothing, so it counts as absent, except where the document speaks
 * of the status: then it is an account that can be activated again.
 */
function isAbsent(found: User, fields: readonly string[]): boolean {
  return found.status === "DEPROVISIONED" && !fields.includes("status");
}

async function wantedUsers(reader: OktaReader, want: Want): Promise<readonly User[]> {
  const ids = want.objects.flatMap(({ id }) => id ?? []);
  const logins = want.objects.flatMap(({ id, key }) => (id === undefined && key !== undefined ? [key] : []));
  if (want.everything === true) return reader.users();
  // The sweep that includes the deactivated (okta.md §4.1).
  if (sweeps(reader, ids.length + logins.length)) return reader.searchUsers("status pr");
  return [...(await search(reader, "id", ids)), ...(await search(reader, "profile.login", logins))];
}

export function toSpec(found: User): Live<UserSpec> {
  const { login, email, firstName, lastName, ...others } = found.profile;
  return {
    id: found.id,
    spec: {
      login: found.login,
      ...(found.email === undefined ? {} : { email: found.email }),
      ...(typeof firstName === "string" ? { firstName } : {}),
      ...(typeof lastName === "string" ? { lastName } : {}),
      profile: others,
      status: statusOf(found.status),
    },
    computed: { state: found.status },
    ...(found.created === undefined ? {} : { createdAt: found.created }),
  };
}

function statusOf(status: string): WantedStatus {
  if (status === "STAGED") return "staged";
  if (status === "SUSPENDED") return "suspended";
  return status === "DEPROVISIONED" ? "deactivated" : "active";
}

export function toApi(spec: UserSpec): Readonly<Record<string, Value>> {
  const named = NAMED.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]] as const]));
  return merged(spec.profile ?? {}, Object.fromEntries(named));
}

/** Only what changed; Okta leaves the rest as it is, and a null takes an attribute away. */
function changedProfile(spec: UserSpec, fields: readonly FieldChange[]): Readonly<Record<string, Value>> {
  const named = NAMED.flatMap((name) => (touches(fields, name) ? [[name, spec[name] ?? null] as const] : []));
  return { ...attributesAt(fields, "profile"), ...Object.fromEntries(named) };
}

async function current(writer: OktaWriter, live: Live<UserSpec>): Promise<User> {
  const found = await writer.user(live.id);
  if (found === undefined) throw new Error(`the user ${live.id} vanished during its update`);
  return found;
}
