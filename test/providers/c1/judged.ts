/** Ada before a membership rule, in a directory of three people. */
import { type DirectoryReader, directoryFor } from "../../../providers/c1/cel-directory.ts";
import { judgeCel, membershipRule } from "../../../providers/c1/cel-judge.ts";
import { subjectsOf } from "../../../providers/c1/cel-subject.ts";
import { timeFunctions } from "../../../providers/c1/cel-time.ts";

/** A Monday. */
const NOW = Date.parse("2026-11-23T10:00:00Z");

const USERS = [
  {
    id: "ada",
    email: "ada@acme.example",
    emails: ["ada@acme.example", "ada@home.example"],
    username: "ada",
    displayName: "Ada Lovelace",
    department: "SRE",
    jobTitle: "Staff SRE",
    employmentType: "FTE",
    status: "ENABLED",
    directoryStatus: "ENABLED",
    type: "USER_TYPE_HUMAN",
    managerIds: ["katherine"],
    profile: { team: "core", level: 5, hired: "2026-01-31" },
  },
  {
    id: "katherine",
    email: "katherine@acme.example",
    displayName: "Katherine",
    status: "DISABLED",
    type: "USER_TYPE_HUMAN",
  },
  { id: "gone", email: "gone@acme.example", status: "DELETED" },
];

const people = subjectsOf(USERS);
const [ada] = people;
const asked = {
  accounts: new Map([["app1", [{ appUser: { identityUserId: "ada", status: { status: "STATUS_DISABLED" } } }]]]),
  holders: new Map([["app1/ent1", ["ada"]]]),
};
export const reader: DirectoryReader = {
  accountsIn: async (appId: string) => asked.accounts.get(appId) ?? [],
  holdersOf: async ({ appId, id }: { readonly appId: string; readonly id: string }) =>
    (asked.holders.get(`${appId}/${id}`) ?? []).map((userId) => ({
      appId,
      entitlementId: id,
      resourceId: "",
      slug: "",
      userId,
      names: [],
      taskId: "",
      sources: [],
    })),
};

export async function judgement(text: string) {
  const rule = membershipRule(text);
  if (rule === undefined || ada === undefined) throw new Error(`no rule: ${text}`);
  const { functions } = await directoryFor(reader, people, [rule]);
  return judgeCel(rule, ada, { ...timeFunctions(NOW), ...functions });
}
