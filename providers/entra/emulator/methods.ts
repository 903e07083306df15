/** How people prove who they are; the default method stays while others remain (entra.md §15.1). */
import { audited } from "./audits.ts";
import { type Call, type Endpoint, noContent, param } from "./call.ts";
import { badRequest, notFound } from "./failure.ts";
import { page } from "./odata.ts";
import { requireTouch } from "./privileged.ts";
import { type MethodRow, nextId, type Tenant } from "./tenant.ts";

const COLLECTIONS = [
  "phone",
  "email",
  "fido2",
  "microsoftAuthenticator",
  "softwareOath",
  "temporaryAccessPass",
  "windowsHelloForBusiness",
  "platformCredential",
  "externalAuthentication",
];

export const METHOD_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/users/{id}/authentication/methods",
    permissions: ["UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"],
    handle(call) {
      const rows = methodsOf(call).map(({ kind, id }) => ({
        "@odata.type": `#microsoft.graph.${kind}AuthenticationMethod`,
        id,
        createdDateTime: "2025-01-01T00:00:00Z",
      }));
      return page(call, rows, "users/authentication/methods", (row) => row);
    },
  },
  ...COLLECTIONS.map(
    (kind): Endpoint => ({
      method: "DELETE",
      path: `/users/{id}/authentication/${kind}Methods/{method}`,
      permissions: ["UserAuthenticationMethod.ReadWrite.All"],
      handle: (call) => remove(call, kind),
    }),
  ),
];

/** Everybody has a password; registers another method. */
export function addMethod(tenant: Tenant, userId: string, kind: string, isDefault = false): void {
  const rows = tenant.methods.get(userId) ?? [{ id: nextId(tenant), kind: "password", isDefault: false }];
  tenant.methods.set(userId, [...rows, { id: nextId(tenant), kind, isDefault }]);
}

function userId({ tenant, horizon, ...call }: Call): string {
  const wanted = (call.params.id ?? "").toLowerCase();
  for (const [id, row] of tenant.users.allSeen(horizon)) {
    if (id === wanted || String(row.properties.userPrincipalName).toLowerCase() === wanted) return id;
  }
  throw notFound(wanted);
}

function methodsOf(call: Call): readonly MethodRow[] {
  const id = userId(call);
  return (
    call.tenant.methods.get(id) ?? [{ id: "28c10230-6103-485e-b985-444c60001490", kind: "password", isDefault: false }]
  );
}

function remove(call: Call, kind: string): Response {
  const id = userId(call);
  requireTouch(call.tenant, call.caller, id);
  const rows = methodsOf(call);
  const row = rows.find((one) => one.kind === kind && one.id === param(call, "method"));
  if (row === undefined) throw notFound(param(call, "method"));
  const others = rows.filter((one) => one !== row && one.kind !== "password");
  if (row.isDefault && others.length > 0) {
    throw badRequest("The default authentication method cannot be deleted while other methods are registered.");
  }
  call.tenant.methods.set(
    id,
    rows.filter((one) => one !== row),
  );
  audited(call, "Admin deleted security info", "UserManagement", [{ id, type: "User", displayName: null }]);
  return noContent();
}
