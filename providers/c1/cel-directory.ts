/**
 * What rules may ask the directory, answered from what was read before (c1.md §12.3, §12.4): only apps and entitlements
 * that an expression names in so many words can be read in advance.
 */
import { type CelImplementation, CelUnavailable } from "../../engine/cel/library.ts";
import { type CelPart, testsOf } from "../../engine/cel/parts.ts";
import { walkCel } from "../../engine/cel/tree.ts";
import type { Subject } from "./cel-subject.ts";
import { fields, text } from "./client/wire.ts";
import type { C1Reader } from "./client.ts";

export interface Directory {
  readonly people: readonly Subject[];
  readonly functions: Readonly<Record<string, CelImplementation>>;
}

/** Function → how many of its last arguments are ids: of an app, then of an entitlement. */
const ASKS: Readonly<Record<string, "accounts" | "holders">> = {
  HasApp: "accounts",
  GetAppUserStatus: "accounts",
  HasEntitlement: "holders",
  GetEntitlementMembers: "holders",
};

/** What it takes to answer. */
export type DirectoryReader = Pick<C1Reader, "accountsIn" | "holdersOf">;

export async function directoryFor(
  reader: DirectoryReader,
  people: readonly Subject[],
  rules: readonly CelPart[],
): Promise<Directory> {
  const accounts = new Map<string, ReadonlyMap<string, string>>();
  const holders = new Map<string, ReadonlySet<string>>();
  await Promise.all(
    asksOf(rules).map(async ({ what, ids: [appId = "", id = ""] }) => {
      if (what === "accounts") accounts.set(appId, await accountsIn(reader, appId));
      else holders.set(`${appId}/${id}`, await holdersIn(reader, appId, id));
    }),
  );
  return { people, functions: functionsOver(people, accounts, holders) };
}

interface Asked {
  readonly what: "accounts" | "holders";
  readonly ids: readonly string[];
}

function asksOf(rules: readonly CelPart[]): readonly Asked[] {
  const asked = new Map<string, Asked>();
  for (const test of rules.flatMap((rule) => [...testsOf(rule)])) {
    for (const node of walkCel(test.node)) {
      const what = node.kind === "call" ? ASKS[node.name] : undefined;
      if (node.kind !== "call" || what === undefined) continue;
      const ids = node.args.flatMap((arg) => (arg.kind === "literal" ? [String(arg.value)] : []));
      if (ids.length === (what === "accounts" ? 1 : 2)) asked.set(`${what} ${ids.join("/")}`, { what, ids });
    }
  }
  return [...asked.values()];
}

/** User id → status; of several accounts the first that is not deleted. */
async function accountsIn(reader: DirectoryReader, appId: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const row of await reader.accountsIn(appId)) {
    const account = "appUser" in row ? fields(row.appUser) : row;
    const status = text(fields(account.status).status);
    const user = text(account.identityUserId);
    if (user === "" || found.has(user) || text(account.deletedAt) !== "" || status === "STATUS_DELETED") continue;
    found.set(user, status);
  }
  return found;
}

async function holdersIn(reader: DirectoryReader, appId: string, id: string): Promise<ReadonlySet<string>> {
  const rows = await reader.holdersOf({ appId, id });
  return new Set(rows.map(({ userId }) => userId).filter((userId) => userId !== ""));
}

function functionsOver(
  people: readonly Subject[],
  accounts: ReadonlyMap<string, ReadonlyMap<string, string>>,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): Directory["functions"] {
  const byId = new Map(people.map((one) => [one.id, one]));
  const variables = (some: readonly (Subject | undefined)[]) => some.flatMap((one) => (one ? [one.variable()] : []));
  const inApp = (appId: unknown): ReadonlyMap<string, string> => read(accounts.get(String(appId)), "its app");
  const holding = (appId: unknown, id: unknown): ReadonlySet<string> =>
    read(holders.get(`${String(appId)}/${String(id)}`), "its entitlement");
  const found = (one: Subject | undefined) => {
    if (one === undefined) throw new Error("user not found");
    return one.variable();
  };
  const subjectsIn = (given: unknown): readonly (Subject | undefined)[] =>
    (Array.isArray(given) ? given : [given]).map((one) => byId.get(idOf(one)));
  return {
    "c1.user.v1.HasApp": (user, appId) => inApp(appId).has(idOf(user)),
    "c1.user.v1.HasEntitlement": (user, appId, id) => holding(appId, id).has(idOf(user)),
    "c1.user.v1.GetAppUserStatus": (user, appId) => `USER_${inApp(appId).get(idOf(user)) ?? "STATUS_UNSPECIFIED"}`,
    "c1.directory.users.v1.FindByEmail": (email) =>
      found(people.find((one) => one.email.toLowerCase() === String(email).toLowerCase())),
    "c1.directory.users.v1.GetByID": (id) => found(byId.get(String(id))),
    "c1.directory.users.v1.FindByName": (name) => {
      const [one, ...more] = people.filter(({ displayName }) => displayName === name);
      // Of several the first, and nobody says which that is; of none a null, which has no fields.
      if (one === undefined || more.length > 0)
        throw new CelUnavailable(`nobody, or several, are called ${String(name)}`);
      return one.variable();
    },
    "c1.directory.users.v1.GetManagers": (user) =>
      variables(subjectsIn(user).flatMap((one) => (one?.managerIds ?? []).map((id) => byId.get(id)))),
    "c1.directory.users.v1.DirectReports": (users) => {
      const bosses = new Set(subjectsIn(users).flatMap((one) => one?.id ?? []));
      return variables(people.filter(({ managerIds }) => managerIds.some((id) => bosses.has(id))));
    },
    "c1.directory.apps.v1.GetEntitlementMembers": (appId, id) =>
      variables([...holding(appId, id)].map((userId) => byId.get(userId))),
  };
}

function read<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new CelUnavailable(`${what} hangs on the person, and was not read`);
  return value;
}

/** Of a person as the library passes one. */
function idOf(user: unknown): string {
  if (user instanceof Map) return String(user.get("id") ?? "");
  return typeof user === "object" && user !== null && "id" in user ? String(user.id) : "";
}
