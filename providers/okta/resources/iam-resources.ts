/**
 * What a resource set covers and who is bound to it. Okta takes a URL or an ORN and answers with either, so both are
 * brought to the path below the organization wherever there is one (okta.md §4.8).
 */
import type { Linked } from "../client/iam.ts";

export type Covered =
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "usersOf"; readonly id: string }
  | { readonly kind: "other"; readonly resource: string };

export function coveredBy(linked: Linked): Covered {
  const resource = pathOf(linked.href) ?? pathOfOrn(linked.orn) ?? linked.orn ?? linked.href ?? linked.id;
  return covered(resource);
}

export function covered(resource: string): Covered {
  const [, group, users] = /^\/api\/v1\/groups\/([^/]+)(\/users)?$/.exec(resource) ?? [];
  if (group === undefined) return { kind: "other", resource };
  return users === undefined ? { kind: "group", id: group } : { kind: "usersOf", id: group };
}

/** As the API wants it: an absolute URL, or the ORN as it is. */
export function address(what: Covered, base: URL): string {
  switch (what.kind) {
    case "group":
      return new URL(`/api/v1/groups/${what.id}`, base).href;
    case "usersOf":
      return new URL(`/api/v1/groups/${what.id}/users`, base).href;
    case "other":
      return what.resource.startsWith("/") ? new URL(what.resource, base).href : what.resource;
  }
}

/** How an ORN may call the people in a group; which of the two Okta writes is not recorded. */
const USERS_OF: readonly string[] = ["contained_resources", "users"];

/** The path form of an ORN that has one, so that `check` can ask for the form that reads show. */
export function pathOfOrn(orn: string | undefined): string | undefined {
  const [, area, rest] = /^orn:[^:]+:(directory|idp):[^:]+:(.+)$/.exec(orn ?? "") ?? [];
  if (area === undefined || rest === undefined) return undefined;
  const [collection, id, part, ...more] = rest.split(":");
  if (more.length > 0) return undefined;
  if (area === "directory" && (collection === "users" || collection === "groups")) {
    const path = id === undefined ? `/api/v1/${collection}` : `/api/v1/${collection}/${id}`;
    if (part === undefined) return path;
    return collection === "groups" && USERS_OF.includes(part) ? `${path}/users` : undefined;
  }
  if (area === "idp" && collection === "apps") {
    // `apps:<name>` is every application of a kind, which has no path.
    if (id === undefined) return "/api/v1/apps";
    return part === undefined ? undefined : `/api/v1/apps/${part}`;
  }
  return undefined;
}

export interface BoundMember {
  /** Id of the membership in the binding, not of who is meant. */
  readonly id: string;
  readonly type: "group" | "user";
  readonly principal: string;
}

export function boundMember(linked: Linked): BoundMember | undefined {
  const [, type, principal] = /\/(groups|users)\/([^/]+)$/.exec(pathOf(linked.href) ?? "") ?? [];
  if (principal === undefined) return undefined;
  return { id: linked.id, type: type === "groups" ? "group" : "user", principal };
}

function pathOf(href: string | undefined): string | undefined {
  if (href === undefined || !URL.canParse(href, "https://okta.invalid")) return undefined;
  const { pathname } = new URL(href, "https://okta.invalid");
  return pathname.startsWith("/api/v1/") ? pathname : undefined;
}
