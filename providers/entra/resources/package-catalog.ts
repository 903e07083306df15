/** A package's surroundings: catalogs and their resources, which come by request, and the order of the end (entra.md §11). */
import type { Marker } from "../../../engine/model.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import type { Catalog, CatalogResource } from "../client/access-packages.ts";
import { graphSaid } from "../client/errors.ts";
import { waitForReplica } from "../client/recent.ts";
import type { EntraWriter } from "../client.ts";
import type { WantedRole } from "./package-roles.ts";

/** Milliseconds for which a request may be under way. */
const PATIENCE = 5 * 60_000;

/** Our mark on a catalog that we made; another description means that somebody else keeps it. */
export function markOf({ stack = "-" }: Marker): string {
  return `Made by Accord for the stack ${stack}.`;
}

export async function ensureCatalog(writer: EntraWriter, name: string, description: string): Promise<Catalog> {
  const found = (await writer.catalogs()).find((one) => one.name === name);
  return found ?? writer.createCatalog(name, description);
}

/** Object id of group or application → id of the resource in the catalog; waits until those asked for show. */
export async function ensureResources(
  writer: EntraWriter,
  catalog: Catalog,
  roles: readonly WantedRole[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map(roles.map((role) => [role.scopeOriginId, role.originSystem]));
  if (wanted.size === 0) return new Map();
  const before = await writer.resourcesOf(catalog.id);
  for (const [originId, originSystem] of wanted) {
    if (before.some((one) => one.originId === originId)) continue;
    await writer.requestResource("adminAdd", catalog.id, { originId, originSystem });
  }
  return eventually(
    writer,
    async () => {
      const found = byOrigin(await writer.resourcesOf(catalog.id));
      return [...wanted.keys()].every((id) => found.has(id)) ? found : undefined;
    },
    {
      code: "entra-package-pending",
      message: `The catalog ${catalog.name} does not show its new resources yet.`,
      hint: "Apply again later: what has come by then is found.",
    },
  );
}

/** Assignments first, and until they are over; then policies, roles, and the package. */
export async function clearPackage(writer: EntraWriter, packageId: string): Promise<void> {
  for (const { id } of await writer.assignments(packageId)) await writer.endAssignment(id);
  await eventually(writer, async () => ((await writer.assignments(packageId)).length === 0 ? true : undefined), {
    code: "entra-package-pending",
    message: "Assignments of the access package are still ending.",
    hint: "Apply again later; Graph deletes no package that somebody has.",
  });
  for (const policy of await writer.policies()) {
    if (policy.packageId === packageId) await writer.deletePolicy(policy.id);
  }
  for (const { id } of (await writer.roleScopesOf([packageId])).get(packageId) ?? []) {
    await writer.removeRoleScope(packageId, id);
  }
  await writer.deletePackage(packageId);
}

/** In use for a moment longer than the package is there (azuread #1091). */
export async function removeResource(writer: EntraWriter, catalogId: string, resource: CatalogResource): Promise<void> {
  const until = writer.clock.monotonic() + PATIENCE;
  for (let tries = 1; ; tries += 1) {
    try {
      await writer.requestResource("adminRemove", catalogId, resource);
      return;
    } catch (error) {
      const wait = waitForReplica(tries);
      const busy = graphSaid(error)?.code === "InvalidDeleteResourceHasEntitlements";
      if (!busy || writer.clock.monotonic() + wait > until) throw error;
      await writer.clock.sleep(wait, writer.signal);
    }
  }
}

export async function eventually<T>(
  writer: EntraWriter,
  look: () => Promise<T | undefined>,
  late: Problem,
): Promise<T> {
  const until = writer.clock.monotonic() + PATIENCE;
  for (let tries = 1; ; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    const wait = waitForReplica(tries);
    if (writer.clock.monotonic() + wait > until) throw new ProblemError(late);
    await writer.clock.sleep(wait, writer.signal);
  }
}

function byOrigin(resources: readonly CatalogResource[]): ReadonlyMap<string, string> {
  return new Map(resources.map(({ originId, id }) => [originId, id]));
}
