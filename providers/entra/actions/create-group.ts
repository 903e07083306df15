import { ProblemError } from "../../../engine/problem.ts";
import type { OneShot } from "../../../engine/provider.ts";
import { throwAny } from "../../shared/attempts.ts";
import { MOST_BOUND } from "../client/groups.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { addLinks } from "../resources/group-links.ts";
import { type GroupSpec, type Named, toApi } from "../resources/group-spec.ts";
import { done, type Parameters, requirePermission, userNamed } from "./target.ts";

export const createGroup: OneShot<EntraReader, EntraWriter> = {
  name: "create-group",
  description: "Makes a group that no document declares. For one that shall stay as it is, write a document.",
  parameters: {
    displayName: { description: "Its name; two groups of one name are refused.", required: true },
    type: { description: "security (default) or microsoft365." },
    mailNickname: { description: "Mail alias; made of the name where it is left out." },
    description: { description: "What it is for." },
    roleAssignable: { description: "true: it can hold directory roles (security only)." },
    owner: { description: "Login, e-mail or object id of its owner." },
    members: { description: "Logins, e-mails or object ids, with commas between them." },
  },
  async preview(reader, parameters) {
    const { spec, owners, members } = await asked(reader, parameters);
    const people = (some: readonly Named[]): string => some.map(({ label }) => label).join(", ") || "nobody";
    return [
      `Makes the ${spec.type} group "${spec.displayName}"${spec.roleAssignable === true ? ", which can hold directory roles" : ""}.`,
      `Owner: ${people(owners)}. Members: ${people(members)}.`,
    ];
  },
  async run(writer, parameters) {
    const { spec, owners, members } = await asked(writer, parameters);
    const first = members.slice(0, MOST_BOUND - owners.length);
    const ids = (some: readonly Named[]): readonly string[] => some.map(({ id }) => id);
    const { id } = await writer.createGroup(toApi(spec, "accord.group"), { owners: ids(owners), members: ids(first) });
    throwAny(await addLinks(writer, id, "members", members.slice(first.length)));
    return done(`The group "${spec.displayName}" is made: ${id}.`, { group: id, members: members.length });
  },
};

interface Asked {
  readonly spec: GroupSpec;
  readonly owners: readonly Named[];
  readonly members: readonly Named[];
}

async function asked(reader: EntraReader, parameters: Parameters): Promise<Asked> {
  await requirePermission(reader, "create-group");
  const { displayName = "", type = "security", mailNickname, description, roleAssignable } = parameters;
  const refuse = (message: string, hint: string): never => {
    throw new ProblemError({ code: "usage", message, hint });
  };
  if (displayName === "") refuse("displayName: it is empty.", "Give the group a name.");
  if (type !== "security" && type !== "microsoft365")
    refuse(`type: "${type}" is no type of group.`, "Give security or microsoft365.");
  if (roleAssignable === "true" && type !== "security")
    refuse("roleAssignable: only a security group can hold directory roles.", "Leave type out.");
  const [existing] = await reader.groupsNamed(displayName);
  if (existing !== undefined) {
    throw new ProblemError({
      code: "exists",
      message: `There is a group "${displayName}" already (${existing.id}).`,
      hint: "Choose another name, or declare that one with `adopt: true`.",
    });
  }
  const owners = await named(reader, parameters.owner ?? "");
  if (type === "microsoft365" && owners.length === 0)
    refuse("owner: a Microsoft 365 group needs a person as owner.", "Give owner=.");
  return {
    spec: {
      displayName,
      type: type === "microsoft365" ? "microsoft365" : "security",
      ...(mailNickname === undefined ? {} : { mailNickname }),
      ...(description === undefined ? {} : { description }),
      ...(roleAssignable === "true" ? { roleAssignable: true } : {}),
    },
    owners,
    members: await named(reader, parameters.members ?? ""),
  };
}

async function named(reader: EntraReader, list: string): Promise<readonly Named[]> {
  const names = list.split(",").flatMap((one) => one.trim() || []);
  const found = await Promise.all(names.map((name) => userNamed(reader, name)));
  return [...new Map(found.map(({ id, login }) => [id, { id, label: login }])).values()];
}
