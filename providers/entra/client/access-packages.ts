/** Entitlement management (entra.md §11): catalogs with their resources, packages, assignment policies, assignments. */
import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { path } from "../../shared/http.ts";
import { isFields, jsonValue, optionalText, within } from "../../shared/narrow.ts";
import { readBatch } from "./batch.ts";
import { fieldsOf, flag, listOf, textOf } from "./narrow.ts";
import { entitlementRemoval } from "./removals.ts";
import type { Transport } from "./transport.ts";
import { quoted, refusal } from "./users.ts";

export interface Catalog {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface AccessPackage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly hidden: boolean;
  readonly catalogId: string;
  readonly created: string | undefined;
}

export type OriginSystem = "AadGroup" | "AadApplication";

export interface CatalogResource {
  readonly id: string;
  readonly originId: string;
  readonly originSystem: string;
}

export interface ResourceRoleScope {
  readonly id: string;
  readonly originSystem: string;
  /** `Member_{group}`, `Owner_{group}`, or the id of an app role. */
  readonly roleOriginId: string;
  /** The group or the service principal. */
  readonly scopeOriginId: string;
}

export interface AssignmentPolicy {
  readonly id: string;
  readonly name: string;
  readonly packageId: string;
  /** As it came: a change sends all of it back. */
  readonly raw: Readonly<Record<string, Value>>;
}

export interface PackageAssignment {
  readonly id: string;
  readonly packageId: string;
  readonly state: string;
}

export interface AccessPackageReads {
  catalogs(): Promise<readonly Catalog[]>;
  packages(): Promise<readonly AccessPackage[]>;
  /** Undefined for 404. */
  package(id: string): Promise<AccessPackage | undefined>;
  resourcesOf(catalogId: string): Promise<readonly CatalogResource[]>;
  /** In batches of single reads: no list gives them. */
  roleScopesOf(packageIds: readonly string[]): Promise<ReadonlyMap<string, readonly ResourceRoleScope[]>>;
  /** Of the whole tenant. */
  policies(): Promise<readonly AssignmentPolicy[]>;
  /** That are not over; of one package, or of all. */
  assignments(packageId?: string): Promise<readonly PackageAssignment[]>;
}

export type EntitlementBody = Readonly<Record<string, Value>>;

export interface AccessPackageWrites {
  createCatalog(name: string, description: string): Promise<Catalog>;
  deleteCatalog(id: string): Promise<void>;
  /** Worked off later: the resource shows in the catalog, or no more, after a while. */
  requestResource(
    type: "adminAdd" | "adminRemove",
    catalogId: string,
    resource: { readonly originId: string; readonly originSystem: string; readonly id?: string },
  ): Promise<void>;
  createPackage(body: EntitlementBody, catalogId: string): Promise<AccessPackage>;
  updatePackage(id: string, body: EntitlementBody): Promise<void>;
  deletePackage(id: string): Promise<void>;
  addRoleScope(packageId: string, scope: Omit<ResourceRoleScope, "id">, resourceId: string): Promise<void>;
  removeRoleScope(packageId: string, id: string): Promise<void>;
  createPolicy(body: EntitlementBody, packageId: string): Promise<void>;
  /** Replaces all of it. */
  putPolicy(id: string, body: EntitlementBody, packageId: string): Promise<void>;
  deletePolicy(id: string): Promise<void>;
  /** Worked off later. */
  endAssignment(id: string): Promise<void>;
}

const BASE = "/identityGovernance/entitlementManagement";
/** Members of enumerations that are newer than v1.0 come as `unknownFutureValue` without it (entra.md §3.1). */
const HEADERS = { prefer: "include-unknown-enum-members" };

export function accessPackageReads(transport: Transport): AccessPackageReads {
  const all = async <T>(address: string, narrow: (row: unknown) => T): Promise<readonly T[]> => {
    const rows: T[] = [];
    for await (const page of transport.pages(BASE + address, { headers: HEADERS }))
      rows.push(...listOf(page.rows, "access packages", narrow));
    return rows;
  };
  return {
    catalogs: () => all("/catalogs", catalogOf),
    packages: () => all("/accessPackages?$expand=catalog", packageOf),
    async package(id) {
      const at = `${BASE}/accessPackages${path`/${id}`}?$expand=catalog`;
      const answer = await transport.send({ method: "GET", path: at, accept: [404], headers: HEADERS });
      return answer.status === 404 ? undefined : packageOf(answer.body);
    },
    resourcesOf: (catalogId) => all(`/catalogs${path`/${catalogId}`}/resources`, resourceOf),
    async roleScopesOf(packageIds) {
      const unique = [...new Set(packageIds)];
      const paths = unique.map(
        (id) => `${BASE}/accessPackages${path`/${id}`}?$select=id&$expand=resourceRoleScopes($expand=role,scope)`,
      );
      const found = new Map<string, readonly ResourceRoleScope[]>();
      for (const [index, answer] of (await readBatch(transport, paths)).entries()) {
        if (answer.status === 404) continue;
        if (answer.status !== 200) throw refusal(answer, paths[index]);
        const rows = fieldsOf(answer.body, "an access package").resourceRoleScopes;
        found.set(unique[index] ?? "", listOf(rows ?? [], "roles of an access package", roleScopeOf));
      }
      return found;
    },
    policies: () => all("/assignmentPolicies?$expand=accessPackage", policyOf),
    async assignments(packageId) {
      const filter =
        packageId === undefined ? "" : `&$filter=${encodeURIComponent(`accessPackage/id eq ${quoted(packageId)}`)}`;
      const rows = await all(`/assignments?$expand=accessPackage${filter}`, assignmentOf);
      return rows.filter(({ state }) => state.toLowerCase() !== "expired");
    },
  };
}

export function accessPackageWrites(transport: Transport, recorder: Recorder): AccessPackageWrites {
  const send = async (
    method: "POST" | "PATCH" | "PUT",
    address: string,
    body: EntitlementBody,
    key: string,
    about: readonly string[] = [],
  ): Promise<unknown> => {
    const call = { method, path: BASE + address, body, key, about, repeatable: method === "PATCH" || method === "PUT" };
    return (await transport.send(call, recorder)).body;
  };
  const remove = async (collection: string, id: string): Promise<void> => {
    const at = entitlementRemoval(collection, id);
    await transport.send({ method: "DELETE", path: at, accept: [404], key: id }, recorder);
  };
  return {
    async createCatalog(name, description) {
      const body = { displayName: name, description, state: "published", isExternallyVisible: false };
      return catalogOf(await send("POST", "/catalogs", body, name));
    },
    deleteCatalog: (id) => remove("catalogs", id),
    async requestResource(type, catalogId, { originId, originSystem, id }) {
      const resource = id === undefined ? { originId, originSystem } : { id, originId, originSystem };
      const body = { requestType: type, catalog: { id: catalogId }, resource };
      await send("POST", "/resourceRequests", body, `${type} ${originId}`, [originId]);
    },
    async createPackage(body, catalogId) {
      const sent = { ...body, catalog: { id: catalogId } };
      const made = fieldsOf(await send("POST", "/accessPackages", sent, String(body.displayName)), "an access package");
      return packageOf({ catalog: { id: catalogId }, ...made });
    },
    async updatePackage(id, body) {
      await send("PATCH", `/accessPackages${path`/${id}`}`, body, id);
    },
    deletePackage: (id) => remove("accessPackages", id),
    async addRoleScope(packageId, { originSystem, roleOriginId, scopeOriginId }, resourceId) {
      const resource = { id: resourceId, originId: scopeOriginId, originSystem };
      const body = {
        role: { originId: roleOriginId, originSystem, resource },
        scope: { originId: scopeOriginId, originSystem, isRootScope: true },
      };
      await send(
        "POST",
        `/accessPackages${path`/${packageId}`}/resourceRoleScopes`,
        body,
        `${packageId} + ${roleOriginId}`,
        [scopeOriginId],
      );
    },
    removeRoleScope: (packageId, id) => remove(`accessPackages${path`/${packageId}`}/resourceRoleScopes`, id),
    async createPolicy(body, packageId) {
      const sent = { ...body, accessPackage: { id: packageId } };
      await send("POST", "/assignmentPolicies", sent, `${packageId} + ${String(body.displayName)}`);
    },
    async putPolicy(id, body, packageId) {
      await send("PUT", `/assignmentPolicies${path`/${id}`}`, { ...body, accessPackage: { id: packageId } }, id);
    },
    deletePolicy: (id) => remove("assignmentPolicies", id),
    async endAssignment(id) {
      await send(
        "POST",
        "/assignmentRequests",
        { requestType: "adminRemove", assignment: { id } },
        `adminRemove ${id}`,
      );
    },
  };
}

function catalogOf(body: unknown): Catalog {
  const row = fieldsOf(body, "a catalog");
  return {
    id: textOf(row, "id", "a catalog"),
    name: textOf(row, "displayName", "a catalog"),
    description: optionalText(row, "description") ?? "",
  };
}

function packageOf(body: unknown): AccessPackage {
  const row = fieldsOf(body, "an access package");
  return {
    id: textOf(row, "id", "an access package"),
    name: textOf(row, "displayName", "an access package"),
    description: optionalText(row, "description") ?? "",
    hidden: flag(row, "isHidden"),
    catalogId: textOf(within(row, "catalog"), "id", "the catalog of an access package"),
    created: optionalText(row, "createdDateTime"),
  };
}

function resourceOf(body: unknown): CatalogResource {
  const row = fieldsOf(body, "a resource");
  return {
    id: textOf(row, "id", "a resource"),
    originId: textOf(row, "originId", "a resource"),
    originSystem: textOf(row, "originSystem", "a resource"),
  };
}

function roleScopeOf(body: unknown): ResourceRoleScope {
  const row = fieldsOf(body, "a role of an access package");
  const role = within(row, "role");
  return {
    id: textOf(row, "id", "a role of an access package"),
    originSystem: textOf(role, "originSystem", "a role of an access package"),
    roleOriginId: textOf(role, "originId", "a role of an access package"),
    scopeOriginId: textOf(within(row, "scope"), "originId", "a role of an access package"),
  };
}

function policyOf(body: unknown): AssignmentPolicy {
  const row = fieldsOf(body, "a policy");
  return {
    id: textOf(row, "id", "a policy"),
    name: textOf(row, "displayName", "a policy"),
    packageId: textOf(within(row, "accessPackage"), "id", "the access package of a policy"),
    raw: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonValue(value)])),
  };
}

function assignmentOf(body: unknown): PackageAssignment {
  const row = fieldsOf(body, "an assignment of an access package");
  const { accessPackage } = row;
  return {
    id: textOf(row, "id", "an assignment of an access package"),
    packageId: isFields(accessPackage) ? (optionalText(accessPackage, "id") ?? "") : "",
    state: optionalText(row, "state") ?? "",
  };
}
