/** What a connector saw in one sync, in nobody's vendor shape. */
import type { Json } from "./message.ts";

export interface Snapshot {
  readonly accounts: readonly Account[];
  readonly types: readonly SeenType[];
  readonly resources: readonly SeenResource[];
}

export interface Account {
  readonly externalId: string;
  readonly displayName: string;
  readonly email: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly profile: Readonly<Record<string, Json>>;
}

export interface SeenType {
  /** The connector's own word: "group". */
  readonly name: string;
  readonly displayName: string;
  readonly kind: string;
}

export interface SeenResource {
  readonly type: string;
  readonly externalId: string;
  readonly displayName: string;
  readonly description: string;
  readonly entitlements: readonly SeenEntitlement[];
}

export interface SeenEntitlement {
  readonly slug: string;
  readonly displayName: string;
  readonly purpose: "ASSIGNMENT" | "PERMISSION";
  /** Can this connector grant and revoke it. */
  readonly provisions: boolean;
  /** External ids of the accounts that hold it. */
  readonly holders: readonly string[];
}

/** An entitlement's id inside a connector: `group:00g…:member` (c1.md §8.3). */
export const connectorEntitlementId = (resource: Pick<SeenResource, "type" | "externalId">, slug: string): string =>
  `${resource.type}:${resource.externalId}:${slug}`;
