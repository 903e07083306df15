/** How an entitlement is given, once a request is approved (c1.md §7.3). */

import type { WriteContext } from "../../../engine/kind.ts";
import type { Live, Spec, Value } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { scopedId, scopedRef } from "../client/refs.ts";
import { fields, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { type NamedPeople, namePeople, userIds } from "./people.ts";

const ASSIGNEES = ["appOwners", "entitlementOwners", "manager"] as const;

/** An arm that a stack cannot write is shown by its name, so that it never looks like one that it can. */
export async function provisionToSpec(
  reader: C1Reader,
  policy: Fields,
  appId: string,
): Promise<{ readonly spec: Spec; readonly people: NamedPeople["people"] }> {
  const [arm, body] = Object.entries(policy).find((entry): entry is [string, Fields] => isFields(entry[1])) ?? [
    "unconfigured",
    {},
  ];
  if (arm === "connector" && isFields(body.defaultBehavior)) {
    const id = text(body.defaultBehavior.connectorId);
    return { spec: { by: "connector", connector: id === "" ? null : { id: scopedId({ appId, id }) } }, people: {} };
  }
  if (arm === "delegated") {
    const to = scopedId({ appId: text(body.appId), id: text(body.entitlementId) });
    return { spec: { by: "delegated", to: { id: to } }, people: {} };
  }
  if (arm === "webhook") return { spec: { by: "webhook", webhook: text(body.webhookId) }, people: {} };
  if (arm === "manual") {
    const assignee = fields(body.assignee);
    const users = textsOf(fields(assignee.users).userIds);
    const named = await namePeople(reader, users.length > 0 ? users : textsOf(body.userIds));
    const by = ASSIGNEES.find((name) => isFields(assignee[name]));
    const assignees = by ?? (named.logins.length === 0 ? "appOwners" : "users");
    const spec: Spec = { by: "manual", instructions: text(body.instructions), assignees, users: named.logins };
    return { spec, people: named.people };
  }
  return { spec: { by: arm }, people: {} };
}

export function provisionToApi(
  value: Value | undefined,
  onlyConnector: string | undefined,
  context: WriteContext,
  live?: Live,
): Fields {
  const spec = asSpec(value ?? {});
  switch (spec.by) {
    case "connector": {
      const named = refId(spec.connector);
      const connectorId = named === undefined ? (onlyConnector ?? "") : scopedRef(named).id;
      return { connector: { defaultBehavior: { connectorId } } };
    }
    case "delegated": {
      const to = refId(spec.to);
      const ref = to === undefined ? { appId: "", id: "" } : scopedRef(to);
      return { delegated: { appId: ref.appId, entitlementId: ref.id } };
    }
    case "webhook":
      return { webhook: { webhookId: text(spec.webhook) } };
    case "manual": {
      const instructions = text(spec.instructions);
      const assignees = text(spec.assignees) || "appOwners";
      const assignee =
        assignees === "users" ? { users: { userIds: userIds(spec.users, context, live) } } : { [assignees]: {} };
      return { manual: { instructions, assignee } };
    }
    default:
      return { unconfigured: {} };
  }
}
