/** What hangs on the organization's licence or release, asked of one of its groups (okta.md §4.4, §4.7). */
import type { Check } from "../../../engine/provider.ts";
import { isFields, within } from "../../shared/narrow.ts";
import type { OktaReader } from "../client.ts";
import { failed } from "./credential.ts";

export async function* featureChecks(reader: OktaReader, kinds: readonly string[]): AsyncIterable<Check> {
  if (!kinds.includes("group")) return;
  const group = await someGroup(reader);
  if (group === undefined) return;
  try {
    yield (await reader.hasOwners(group))
      ? { name: "group owners", status: "ok", detail: "Available." }
      : {
          name: "group owners",
          status: "warn",
          detail: "Not available: `owners` of a group cannot be declared.",
          hint: "They need Okta Identity Governance, and okta.groups.manage.",
        };
  } catch (error) {
    yield failed("group owners", error);
  }
  yield await ruleFedCheck(reader, group);
}

/** A group made in Okta, one with members where the first page has any. */
async function someGroup(reader: OktaReader): Promise<string | undefined> {
  const { status, body } = await reader.probe("/api/v1/groups?limit=50&expand=stats");
  const rows: readonly unknown[] = status === 200 && Array.isArray(body) ? body : [];
  const groups = rows.filter(isFields).filter((group) => group.type === "OKTA_GROUP");
  const peopled = groups.find((group) => Number(within(group, "_embedded", "stats").usersCount) > 0);
  const { id } = peopled ?? groups[0] ?? {};
  return typeof id === "string" ? id : undefined;
}

async function ruleFedCheck(reader: OktaReader, group: string): Promise<Check> {
  const name = "rule-fed members";
  const { status, body } = await reader.probe(`/api/v1/groups/${group}/users?limit=1&expand=group-rules`);
  const first: unknown = status === 200 && Array.isArray(body) ? body[0] : undefined;
  if (!isFields(first)) return { name, status: "unknown", detail: "No group has a member to ask about." };
  if (Array.isArray(within(first, "_embedded")["group-rules"])) {
    return { name, status: "ok", detail: "Okta says which rule put somebody into a group." };
  }
  return {
    name,
    status: "warn",
    detail: "Okta does not say which rule put somebody into a group.",
    hint: "Rules are judged here instead; of whom that cannot be told, nobody is removed from a group that a rule feeds.",
  };
}
