/** Element-wise changes of a custom role; each tries everything and then names what failed. */
import type { FieldChange } from "../../../engine/model.ts";
import { onEach, throwAny } from "../../shared/attempts.ts";
import { elementsAt } from "../../shared/changes.ts";
import { textsOf } from "../../shared/narrow.ts";
import { refIds } from "../../shared/spec.ts";
import type { OktaWriter } from "../client.ts";
import { address, boundMember, type Covered, coveredBy } from "./iam-resources.ts";

export async function changePermissions(
  writer: OktaWriter,
  roleId: string,
  fields: readonly FieldChange[],
): Promise<void> {
  const { added, removed } = elementsAt(fields, "permissions");
  const label = (permission: string): string => `permission ${permission}`;
  throwAny([
    ...(await onEach(textsOf(added), label, (permission) => writer.addPermission(roleId, permission))),
    ...(await onEach(textsOf(removed), label, (permission) => writer.removePermission(roleId, permission))),
  ]);
}

export async function changeResources(
  writer: OktaWriter,
  setId: string,
  fields: readonly FieldChange[],
): Promise<void> {
  const groups = elementsAt(fields, "resourceSet", "groups");
  const usersOf = elementsAt(fields, "resourceSet", "usersOf");
  const others = elementsAt(fields, "resourceSet", "resources");
  const all = (side: "added" | "removed"): readonly Covered[] => [
    ...refIds(groups[side]).map((id): Covered => ({ kind: "group", id })),
    ...refIds(usersOf[side]).map((id): Covered => ({ kind: "usersOf", id })),
    ...textsOf(others[side]).map((resource): Covered => ({ kind: "other", resource })),
  ];
  const added = all("added").map((one) => address(one, writer.settings.base));
  if (added.length > 0) await writer.addResources(setId, added);
  const removed = all("removed");
  if (removed.length === 0) return;
  const live = await writer.resources(setId);
  const gone = live.filter((one) => removed.some((other) => same(coveredBy(one), other)));
  throwAny(
    await onEach(
      gone,
      (one) => `resource ${one.href ?? one.orn ?? one.id}`,
      (one) => writer.removeResource(setId, one.id),
    ),
  );
}

export async function changeMembers(
  writer: OktaWriter,
  { roleId, setId }: { readonly roleId: string; readonly setId: string },
  fields: readonly FieldChange[],
  userId: (login: string) => string,
): Promise<void> {
  const groups = elementsAt(fields, "members", "groups");
  const users = elementsAt(fields, "members", "users");
  const principals = (side: "added" | "removed"): readonly string[] => [
    ...refIds(groups[side]).map((id) => `groups/${id}`),
    ...textsOf(users[side]).map((login) => `users/${userId(login)}`),
  ];
  const added = principals("added").map((one) => new URL(`/api/v1/${one}`, writer.settings.base).href);
  const removed = new Set(principals("removed"));
  if (added.length === 0 && removed.size === 0) return;
  const linked = await writer.bindingMembers(setId, roleId);
  if (added.length > 0) {
    await (linked === undefined ? writer.bind(setId, roleId, added) : writer.addBindingMembers(setId, roleId, added));
  }
  const gone = (linked ?? []).flatMap((one) => {
    const member = boundMember(one);
    return member !== undefined && removed.has(`${member.type}s/${member.principal}`) ? [member] : [];
  });
  throwAny(
    await onEach(
      gone,
      (member) => `${member.type} ${member.principal}`,
      (member) => writer.removeBindingMember(setId, roleId, member.id),
    ),
  );
}

function same(left: Covered, right: Covered): boolean {
  if (left.kind === "other" || right.kind === "other") {
    return left.kind === "other" && right.kind === "other" && left.resource === right.resource;
  }
  return left.kind === right.kind && left.id === right.id;
}
