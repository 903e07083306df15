import type { Finding } from "../../../engine/kind.ts";
import type { OktaReader } from "../client.ts";

/** Owners are declared where the organization, or the credential, has none. */
export async function unlicensedOwners(reader: OktaReader, groupId: string | undefined): Promise<readonly Finding[]> {
  const probe = groupId ?? (await reader.groups()).find((one) => one.type === "OKTA_GROUP")?.id;
  if (probe === undefined || (await reader.hasOwners(probe))) return [];
  return [
    {
      code: "okta-owners-unsupported",
      message: "owners: this organization or credential has no group owners.",
      hint: "They need Okta Identity Governance and okta.groups.manage; leave `owners` out otherwise.",
      path: ["owners"],
    },
  ];
}

/** A group of another source has the name that a new one is to get: allowed, and rarely meant. */
export async function namesakes(reader: OktaReader, name: string | undefined): Promise<readonly Finding[]> {
  const other = (await reader.groups()).find((one) => one.name === name && one.type !== "OKTA_GROUP");
  if (other === undefined) return [];
  return [
    {
      code: "okta-namesake",
      message: `${other.id} of the same name is ${readOnlyReason(other.type) ?? "not ours"}; this makes another group.`,
      path: ["name"],
      severity: "warning",
    },
  ];
}

export function readOnlyReason(type: string): string | undefined {
  if (type === "APP_GROUP") return "imported from an application, which alone changes it";
  return type === "BUILT_IN" ? "built into Okta" : undefined;
}
