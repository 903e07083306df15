/**
 * What may be deleted, as the only value that a DELETE takes. `DELETE /groups/{g}/members/{m}` without `/$ref` deletes
 * the person (entra.md §0.5), and this file cannot express it: a relation is always removed as a link, and only
 * collections that own their objects are listed as such.
 */
import { path } from "../../shared/http.ts";

declare const removable: unique symbol;

/** The path of a DELETE below `/v1.0`; made here and nowhere else. */
export type Removal = string & { readonly [removable]: true };

/** Collections whose items are deleted for good or softly, by their id. */
const OBJECTS = ["users", "groups", "directory/deletedItems"] as const;

/** Relations to objects that live elsewhere: only the link is ever removed. */
const RELATIONS = ["members", "owners"] as const;

/** Kinds of sign-in method that Graph v1.0 can delete (entra.md §15.1). */
const METHODS = [
  "phone",
  "email",
  "fido2",
  "microsoftAuthenticator",
  "softwareOath",
  "temporaryAccessPass",
  "windowsHelloForBusiness",
  "platformCredential",
  "externalAuthentication",
] as const;

export type ObjectCollection = (typeof OBJECTS)[number];
export type Relation = (typeof RELATIONS)[number];

const REMOVABLE = new RegExp(
  `^/(?:(?:${OBJECTS.join("|")})/[^/?#]+|groups/[^/?#]+/(?:${RELATIONS.join("|")})/[^/?#]+/\\$ref|users/[^/?#]+/manager/\\$ref|users/[^/?#]+/authentication/(?:${METHODS.join("|")})Methods/[^/?#]+|servicePrincipals/[^/?#]+/appRoleAssignedTo/[^/?#]+|roleManagement/directory/roleAssignments/[^/?#]+|identityGovernance/entitlementManagement/(?:catalogs|accessPackages|assignmentPolicies|accessPackages/[^/?#]+/resourceRoleScopes)/[^/?#]+)$`,
);

export function objectRemoval(collection: ObjectCollection, id: string): Removal {
  return checked(`/${collection}${path`/${id}`}`);
}

export function linkRemoval(groupId: string, relation: Relation, id: string): Removal {
  return checked(`${path`/groups/${groupId}`}/${relation}${path`/${id}`}/$ref`);
}

export function managerRemoval(userId: string): Removal {
  return checked(`${path`/users/${userId}/manager`}/$ref`);
}

/** An assignment is an object of its own: what it assigns and to whom stays. */
export function assignmentRemoval(resourceId: string, id: string): Removal {
  return checked(`${path`/servicePrincipals/${resourceId}/appRoleAssignedTo/${id}`}`);
}

export function roleAssignmentRemoval(id: string): Removal {
  return checked(`/roleManagement/directory/roleAssignments${path`/${id}`}`);
}

export function methodRemoval(userId: string, kind: string, id: string): Removal {
  return checked(`${path`/users/${userId}/authentication`}/${kind}Methods${path`/${id}`}`);
}

export function isMethodCollection(kind: string): boolean {
  return METHODS.some((one) => one === kind);
}

/** Catalogs, packages, policies, and the roles that a package gives. */
export function entitlementRemoval(collection: string, id: string): Removal {
  return checked(`/identityGovernance/entitlementManagement/${collection}${path`/${id}`}`);
}

function checked(text: string): Removal {
  if (!isRemoval(text)) throw new Error(`${text} is nothing that may be deleted`);
  return text;
}

export function isRemoval(text: string): text is Removal {
  return REMOVABLE.test(text);
}
