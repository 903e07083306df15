import type { Kind, Want } from "../../../engine/kind.ts";
import type { Edge, FieldChange, Gone, Live } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { touches } from "../../shared/changes.ts";
import { personIds } from "../../shared/people.ts";
import { textAt } from "../../shared/spec.ts";
import { saysMissing } from "../client/errors.ts";
import type { User } from "../client/users.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { peopleNamed } from "../people.ts";
import { CONSISTENCY } from "./group.ts";
import { protectedUsers } from "./privileged.ts";
import { createAccount } from "./user-create.ts";
import { checkUser, reviewUser } from "./user-review.ts";
import { changesToApi, isSet, SELECT, toSpec, type UserSpec } from "./user-spec.ts";

/** Above so many accounts one sweep over everybody is cheaper than asking for them. */
const MANY = 3_000;

export const user: Kind<EntraReader, EntraWriter, UserSpec> = {
  name: "user",
  proof: { by: "response" },
  consistency: CONSISTENCY,
  key: (spec) => textAt(spec, "userPrincipalName")?.toLowerCase(),
  check: checkUser,
  review: reviewUser,

  async *list(reader, want) {
    const heldRoles = await protectedUsers(reader);
    const manager = want.everything === true || want.objects.some(({ fields }) => fields.includes("manager"));
    for (const one of await wantedUsers(reader, want, manager)) {
      yield toSpec(one, { manager, heldRole: heldRoles.get(one.id) });
    }
  },

  async *get(reader, wanted) {
    const heldRoles = await protectedUsers(reader);
    const manager = wanted.some(({ fields }) => fields.includes("manager"));
    const select = manager ? [...SELECT, "manager"] : SELECT;
    const found = new Map(
      (
        await reader.usersWith(
          "id",
          wanted.map(({ id }) => id),
          select,
        )
      ).map((one) => [one.id, one]),
    );
    for (const { id } of wanted) {
      // Not being in a list is no proof: only a 404 is.
      const one = found.get(id) ?? (await reader.user(id, select));
      const answer: Live<UserSpec> | Gone =
        one === undefined ? { gone: true, id } : toSpec(one, { manager, heldRole: heldRoles.get(id) });
      yield answer;
    }
  },

  async find(reader, lookup) {
    const name = textAt(lookup, "userPrincipalName") ?? textAt(lookup, "mail") ?? "";
    const [match] = await peopleNamed(reader, [name]);
    const byLogin = (one: { readonly login: string }): boolean => one.login.toLowerCase() === name.toLowerCase();
    const candidates = (match?.candidates ?? []).filter((one) => lookup.mail !== undefined || byLogin(one));
    return { exact: candidates.map(({ id, login }) => ({ id, label: login })), near: [] };
  },

  lookups: ({ spec }) => [{ userPrincipalName: spec.userPrincipalName ?? "" }],

  async create(writer, spec, context) {
    const made = await createAccount(writer, spec, context);
    if (isSet(spec.manager)) {
      await writer.setManager(made.id, personIds(context.people)(spec.manager ?? ""));
    }
    const { passwordSink: _sink, ...shown } = spec;
    const created = toSpec(made, { manager: false, heldRole: undefined });
    return {
      ...created,
      spec: { ...created.spec, accountEnabled: spec.accountEnabled ?? true, ...shown },
      computed: { userType: "Member" },
      people: context.people,
    };
  },

  async update(writer, live, spec, fields, context) {
    const changed = changesToApi(spec, fields);
    await attemptAll([
      async () => {
        if (Object.keys(changed).length > 0) await writer.updateUser(live.id, changed);
        if (touches(fields, "accountEnabled") && spec.accountEnabled === false) await writer.revokeSessions(live.id);
      },
      async () => {
        if (!touches(fields, "manager")) return;
        const { manager } = spec;
        if (typeof manager === "string" && manager !== "") {
          await writer.setManager(live.id, personIds(context.people, live.people)(manager));
        } else await writer.removeManager(live.id);
      },
    ]);
    const { passwordSink: _sink, ...shown } = { ...live.spec, ...spec };
    const extensions = { ...live.spec.extensionAttributes, ...spec.extensionAttributes };
    return {
      ...live,
      spec: { ...shown, extensionAttributes: extensions },
      people: { ...live.people, ...context.people },
    };
  },

  async disable(writer, live) {
    refuseSynced(live);
    await endAccess(writer, live.id);
  },

  async delete(writer, live) {
    refuseSynced(live);
    // Who is about to be deleted is shut out first: sessions outlive the account otherwise (§4.4).
    await endAccess(writer, live.id).catch((error: unknown) => {
      if (!saysMissing(error)) throw error;
    });
    await writer.deleteUser(live.id);
  },

  *edges({ spec, id }): Iterable<Edge> {
    if (spec.userPrincipalName === undefined || spec.accountEnabled === false) return;
    yield {
      person: spec.userPrincipalName,
      ...(id === undefined ? {} : { personId: id }),
      entitlement: "an active account",
      account: true,
    };
  },

  describe({ action, before, after, fields }) {
    if (action === "delete") {
      return {
        notes: [
          "Sessions end first; access tokens that are out live for up to an hour.",
          "A deleted account can be restored for 30 days, with its groups and licences; groups that it alone owns are left without an owner.",
        ],
        undo: "approximate",
      };
    }
    if (action === "create" && after?.passwordSink !== undefined) {
      return {
        notes: [
          `The first password goes to the sink ${after.passwordSink}, encrypted, and has to be changed at the first sign-in.`,
        ],
      };
    }
    if (isDisabling(before, after, fields)) {
      return { notes: ["Sessions end; access tokens that are out live for up to an hour."] };
    }
    return {};
  },
};

async function wantedUsers(reader: EntraReader, want: Want, manager: boolean): Promise<readonly User[]> {
  const select = manager ? [...SELECT, "manager"] : SELECT;
  if (want.everything === true) return reader.users(select);
  const ids = want.objects.flatMap(({ id }) => id ?? []);
  const logins = want.objects.flatMap(({ id, key }) => (id === undefined && key !== undefined ? [key] : []));
  if (ids.length + logins.length > MANY) {
    const wanted = new Set([...ids, ...logins]);
    return (await reader.users(select)).filter((one) => wanted.has(one.id) || wanted.has(one.login.toLowerCase()));
  }
  const found = [
    ...(await reader.usersWith("id", ids, select)),
    ...(await reader.usersWith("userPrincipalName", logins, select)),
  ];
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/** In the reference's order: no new sign-in, then no old session (entra.md §4.4). */
async function endAccess(writer: EntraWriter, id: string): Promise<void> {
  await writer.updateUser(id, { accountEnabled: false });
  await writer.revokeSessions(id);
}

function isDisabling(
  before: Live<UserSpec> | undefined,
  after: UserSpec | undefined,
  fields: readonly FieldChange[],
): boolean {
  return before !== undefined && after?.accountEnabled === false && touches(fields, "accountEnabled");
}

function refuseSynced(live: Live<UserSpec>): void {
  if (live.synced !== true) return;
  throw new ProblemError({
    code: "entra-synced",
    message: `${live.spec.userPrincipalName ?? live.id} is synced from on-premises Active Directory, which alone ends the account.`,
    hint: "Disable it there, and write `onRemoval: forget` in the document, or `accord forget` it.",
  });
}
