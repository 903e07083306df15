import { expect, test } from "vitest";
import { coveredBy } from "../../../providers/okta/resources/iam-resources.ts";

const ORN = "orn:okta:directory:00o1";

test.each([
  ["https://acme.okta.com/api/v1/groups/00g1", undefined, { kind: "group", id: "00g1" }],
  [undefined, `${ORN}:groups:00g1`, { kind: "group", id: "00g1" }],
  ["https://acme.okta.com/api/v1/groups/00g1/users", undefined, { kind: "usersOf", id: "00g1" }],
  [undefined, `${ORN}:groups:00g1:contained_resources`, { kind: "usersOf", id: "00g1" }],
  [undefined, `${ORN}:groups`, { kind: "other", resource: "/api/v1/groups" }],
  [undefined, `${ORN}:users`, { kind: "other", resource: "/api/v1/users" }],
  [undefined, "orn:oktapreview:idp:00o1:apps:slack:0oa1", { kind: "other", resource: "/api/v1/apps/0oa1" }],
  [undefined, "orn:okta:idp:00o1:apps:slack", { kind: "other", resource: "orn:okta:idp:00o1:apps:slack" }],
  [undefined, `${ORN}:groups:00g1:something:else`, { kind: "other", resource: `${ORN}:groups:00g1:something:else` }],
])("%s, %s in a resource set is one and the same resource however Okta writes it", (href, orn, covered) => {
  expect(coveredBy({ id: "ire1", href, orn })).toEqual(covered);
});
