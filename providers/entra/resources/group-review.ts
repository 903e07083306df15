/** What is wrong with a group before anything is sent: combinations, licences, names that were deleted, people who left. */
import type { Finding } from "../../../engine/kind.ts";
import type { Live } from "../../../engine/model.ts";
import { hasCode } from "../client/errors.ts";
import type { EntraReader } from "../client.ts";
import { hasLicence, licenceName } from "../licences.ts";
import { checkRule } from "../rules/check.ts";
import { isBlind } from "./activations.ts";
import { type GroupSpec, isSet } from "./group-spec.ts";

export function* checkGroup(spec: GroupSpec): Iterable<Finding> {
  const dynamic = isSet(spec.membershipRule);
  const unified = spec.type === "microsoft365";
  if (dynamic) yield* checkRule(String(spec.membershipRule), ["membershipRule"]);
  for (const field of ["members", "memberGroups"] as const) {
    if (dynamic && spec[field] !== undefined) {
      yield dynamicMembers(field, "the members of a dynamic group");
    }
  }
  if (!dynamic && spec.membershipRuleProcessingState !== undefined) {
    yield finding(
      "entra-rule-state",
      "membershipRuleProcessingState: only a group with a membershipRule has one.",
      "Leave it out, or declare the membershipRule.",
    );
  }
  if (unified && (spec.memberGroups?.length ?? 0) > 0) {
    yield finding(
      "entra-m365-members",
      "memberGroups: a Microsoft 365 group has people only as members.",
      "List the people, or make it a security group.",
    );
  }
  if (unified && spec.owners?.length === 0) {
    yield finding(
      "entra-m365-owner",
      "owners: a Microsoft 365 group needs at least one person as owner.",
      "List one, or leave owners out.",
    );
  }
  if (!unified && spec.visibility === "HiddenMembership") {
    yield finding(
      "entra-visibility",
      "visibility: only a Microsoft 365 group can hide its members.",
      "Say Private or Public, or make it a Microsoft 365 group.",
    );
  }
  if (spec.roleAssignable === true) yield* checkRoleAssignable(spec, dynamic);
}

function* checkRoleAssignable(spec: GroupSpec, dynamic: boolean): Iterable<Finding> {
  if (dynamic) {
    yield finding(
      "entra-role-assignable",
      "membershipRule: a role-assignable group cannot be dynamic.",
      "Leave membershipRule out and list its members, or leave roleAssignable out.",
    );
  }
  if (spec.visibility !== undefined && spec.visibility !== "Private") {
    yield finding(
      "entra-role-assignable",
      "visibility: a role-assignable group is Private.",
      "Say Private, or leave visibility out.",
    );
  }
  if ((spec.memberGroups?.length ?? 0) > 0) {
    yield {
      ...finding(
        "entra-role-assignable",
        "memberGroups: groups inside a role-assignable group may be refused, and roles do not reach their members.",
        "List the people themselves.",
      ),
      severity: "warning",
    };
  }
}

export async function reviewGroup(
  reader: EntraReader,
  spec: GroupSpec,
  live: Live<GroupSpec> | undefined,
): Promise<readonly Finding[]> {
  return [
    ...(await unlicensed(reader, spec)),
    ...(live === undefined ? await deletedNamesake(reader, spec.displayName) : hiddenLater(spec, live)),
    ...(live === undefined ? [] : [...ruled(spec, live), ...(await blindRemovals(reader, spec, live))]),
  ];
}

async function unlicensed(reader: EntraReader, spec: GroupSpec): Promise<readonly Finding[]> {
  const field = isSet(spec.membershipRule)
    ? "membershipRule"
    : spec.roleAssignable === true
      ? "roleAssignable"
      : undefined;
  if (field === undefined || hasLicence((await reader.organization()).plans, "P1")) return [];
  return [
    {
      code: "entra-not-licensed",
      message: `${field}: the directory has no ${licenceName("P1")}, which this needs.`,
      hint: "P2 includes it. Leave the field out, or buy the licence.",
      path: [field],
    },
  ];
}

/** Restoring brings back the id, the members and what hangs on it; a new group starts with nothing (entra.md §7). */
async function deletedNamesake(reader: EntraReader, name: string | undefined): Promise<readonly Finding[]> {
  if (name === undefined) return [];
  try {
    const deleted = (await reader.deletedGroups()).find((one) => one.name === name);
    if (deleted === undefined) return [];
    return [
      {
        code: "entra-deleted-namesake",
        message: `A group "${name}" (${deleted.id}) was deleted${deleted.deletedAt === undefined ? "" : ` on ${deleted.deletedAt.slice(0, 10)}`} and can be restored for 30 days; this makes another one, with another id.`,
        hint: "Restore it in the admin center and import it, to keep its id and what hangs on it.",
        path: ["displayName"],
        severity: "warning",
      },
    ];
  } catch (error) {
    // Reading members takes less than reading what was deleted.
    if (hasCode(error, "entra-forbidden")) return [];
    throw error;
  }
}

/** The document does not say that the group is dynamic, and it is: its rule alone decides who is in it. */
function ruled(spec: GroupSpec, live: Live<GroupSpec>): readonly Finding[] {
  if (spec.membershipRule !== undefined || !isSet(live.spec.membershipRule)) return [];
  return (["members", "memberGroups"] as const).flatMap((field): readonly Finding[] =>
    spec[field] === undefined ? [] : [dynamicMembers(field, `${spec.displayName} is dynamic, and its members`)],
  );
}

function hiddenLater(spec: GroupSpec, live: Live<GroupSpec>): readonly Finding[] {
  if (spec.visibility !== "HiddenMembership" || live.spec.visibility === "HiddenMembership") return [];
  return [
    finding(
      "entra-visibility",
      "visibility: HiddenMembership can only be chosen when the group is made.",
      "Say Private, or make another group and end this one.",
    ),
  ];
}

async function blindRemovals(reader: EntraReader, spec: GroupSpec, live: Live<GroupSpec>): Promise<readonly Finding[]> {
  const leaving = (["members", "owners"] as const).find((field) => {
    const listed = spec[field]?.map((login) => login.toLowerCase());
    return listed !== undefined && live.spec[field]?.some((login) => !listed.includes(login.toLowerCase())) === true;
  });
  if (leaving === undefined || !(await isBlind(reader))) return [];
  return [
    {
      code: "entra-activation-unknown",
      message: `${leaving}: whether PIM has put somebody there for a while cannot be told, so nobody will be removed.`,
      hint: "Grant the application PrivilegedAssignmentSchedule.Read.AzureADGroup, with consent.",
      path: [leaving],
      severity: "warning",
    },
  ];
}

function dynamicMembers(field: "members" | "memberGroups", whose: string): Finding {
  return {
    code: "entra-dynamic-members",
    message: `${field}: ${whose} are whom its membershipRule lets in; Graph refuses any other.`,
    hint: `Leave ${field} out; for an assigned group say \`membershipRule: null\`.`,
    path: [field],
  };
}

/** `message` begins with the field that it is about. */
function finding(code: string, message: string, hint: string): Finding {
  return { code, message, hint, path: [message.slice(0, message.indexOf(":"))] };
}
