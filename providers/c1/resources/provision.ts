/**
 * Who carries a grant out once a request is approved, or takes it away (c1.md §7.3). An account with a template, several
 * steps in a row and devices cannot be declared.
 */

import type { WriteContext } from "../../../engine/kind.ts";
import type { Live, Spec, Value } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { scopedId, scopedRef } from "../client/refs.ts";
import { fields, flag, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { type NamedPeople, namePeople, userIds } from "./people.ts";

const ASSIGNEES = ["users", "group", "appOwners", "entitlementOwners", "manager", "expression"] as const;

const WITH_CONNECTOR: readonly string[] = ["connector", "deleteAccount", "externalTicket", "action"];

export interface Provision {
  readonly spec: Spec;
  readonly people: NamedPeople["people"];
}

/** An arm that a stack cannot write is shown by its name, so that it never looks like one that it can. */
export async function provisionToSpec(reader: C1Reader, policy: Fields, appId: string): Promise<Provision> {
  const [arm, body] = Object.entries(policy).find((entry): entry is [string, Fields] => isFields(entry[1])) ?? [
    "unconfigured",
    {},
  ];
  switch (arm) {
    case "connector":
      return alone(connectorToSpec(body, appId));
    case "delegated": {
      const to = scopedId({ appId: text(body.appId), id: text(body.entitlementId) });
      return alone({ by: "delegated", to: { id: to }, implicit: flag(body.implicit) });
    }
    case "webhook":
      return alone({ by: "webhook", webhook: { id: text(body.webhookId) } });
    case "externalTicket":
      return alone({
        by: arm,
        connector: connectorIn(text(body.appId), body.connectorId),
        ticketConfig: text(body.externalTicketProvisionerConfigId),
        instructions: text(body.instructions),
      });
    case "action":
      return alone({
        by: arm,
        connector: connectorIn(text(body.appId), body.connectorId),
        action: text(body.actionName),
        label: text(body.displayName),
      });
    case "manual":
      return manualToSpec(reader, body);
    default:
      return alone({ by: arm });
  }
}

function alone(spec: Spec): Provision {
  return { spec, people: {} };
}

function connectorIn(appId: string, id: unknown): Value {
  return text(id) === "" ? null : { id: scopedId({ appId, id: text(id) }) };
}

function connectorToSpec(body: Fields, appId: string): Spec {
  if (isFields(body.account)) return { by: "account", connector: connectorIn(appId, body.account.connectorId) };
  if (isFields(body.deleteAccount)) {
    return { by: "deleteAccount", connector: connectorIn(appId, body.deleteAccount.connectorId) };
  }
  return { by: "connector", connector: connectorIn(appId, fields(body.defaultBehavior).connectorId) };
}

/** `userIds` beside the assignee is how people were named before there were other assignees. */
async function manualToSpec(reader: C1Reader, body: Fields): Promise<Provision> {
  const assignee = fields(body.assignee);
  const before = textsOf(body.userIds);
  const by = ASSIGNEES.find((name) => isFields(assignee[name])) ?? (before.length > 0 ? "users" : "appOwners");
  const arm = fields(assignee[by]);
  const named = textsOf(arm.userIds);
  const asked = await namePeople(reader, by === "users" && named.length === 0 ? before : named);
  const fallback = await namePeople(reader, textsOf(arm.fallbackUserIds));
  const spec: Spec = {
    by: "manual",
    instructions: text(body.instructions),
    assignees: by,
    users: asked.logins,
    ...(by === "group" ? { group: { id: scopedId({ appId: text(arm.appId), id: text(arm.appGroupId) }) } } : {}),
    ...(by === "expression" ? { cel: textsOf(arm.expressions) } : {}),
    fallbackUsers: fallback.logins,
    allowReassignment: flag(arm.allowReassignment),
  };
  return { spec, people: { ...asked.people, ...fallback.people } };
}

/** What to say of the entitlement's own app, where the document leaves it out. */
export interface ProvisionContext {
  readonly appId: string;
  /** The only connector of that app. */
  readonly onlyConnector: string | undefined;
  readonly write: WriteContext;
  readonly live?: Live;
}

/** Is the connector left to us to find? */
export function needsConnector(spec: Spec): boolean {
  return WITH_CONNECTOR.includes(text(spec.by)) && refId(spec.connector) === undefined;
}

export function provisionToApi(value: Value | undefined, to: ProvisionContext): Fields {
  const spec = asSpec(value ?? {});
  const named = refId(spec.connector);
  const connector =
    named === undefined ? { appId: to.appId, connectorId: to.onlyConnector ?? "" } : namedConnector(named);
  const { connectorId } = connector;
  switch (spec.by) {
    case "connector":
      return { connector: { defaultBehavior: { connectorId } } };
    case "deleteAccount":
      return { connector: { deleteAccount: { connectorId } } };
    case "externalTicket": {
      const externalTicketProvisionerConfigId = text(spec.ticketConfig);
      const instructions = text(spec.instructions);
      return { externalTicket: { ...connector, externalTicketProvisionerConfigId, instructions } };
    }
    case "action":
      return { action: { ...connector, actionName: text(spec.action), displayName: text(spec.label) } };
    case "delegated": {
      const { appId, id } = scopedRef(refId(spec.to) ?? "");
      return { delegated: { appId, entitlementId: id, implicit: flag(spec.implicit) } };
    }
    case "webhook":
      return { webhook: { webhookId: refId(spec.webhook) ?? "" } };
    case "manual":
      return { manual: { instructions: text(spec.instructions), assignee: assigneeToApi(spec, to) } };
    default:
      return { unconfigured: {} };
  }
}

function namedConnector(id: string): { readonly appId: string; readonly connectorId: string } {
  const ref = scopedRef(id);
  return { appId: ref.appId, connectorId: ref.id };
}

function assigneeToApi(spec: Spec, { write, live }: ProvisionContext): Fields {
  const by = text(spec.assignees) || "appOwners";
  const allowReassignment = flag(spec.allowReassignment);
  if (by === "users") return { users: { allowReassignment, userIds: userIds(spec.users, write, live) } };
  const rest = { allowReassignment, fallbackUserIds: userIds(spec.fallbackUsers, write, live) };
  if (by === "expression") return { expression: { ...rest, expressions: textsOf(spec.cel) } };
  if (by !== "group") return { [by]: rest };
  const group = scopedRef(refId(spec.group) ?? "");
  return { group: { ...rest, appId: group.appId, appGroupId: group.id } };
}
