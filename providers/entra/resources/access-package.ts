/**
 * An access package with everything that makes it one: its catalog, the roles that it gives, and the policies by which
 * people come by it. Catalog, resources, package, roles and policies are made in that order (entra.md §11).
 */
import type { Finding, Kind, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Ref, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { isObject } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { personIds } from "../../shared/people.ts";
import { textAt } from "../../shared/spec.ts";
import type { AccessPackage, AssignmentPolicy, Catalog, ResourceRoleScope } from "../client/access-packages.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { hasLicence, licenceName } from "../licences.ts";
import { checkRule } from "../rules/check.ts";
import { CONSISTENCY } from "./group.ts";
import { loginsOf } from "./logins.ts";
import { clearPackage, ensureCatalog, ensureResources, eventually, markOf, removeResource } from "./package-catalog.ts";
import { type PolicySpec, peopleIn, policyBody, policySpec } from "./package-policy.ts";
import { packagePopulation } from "./package-population.ts";
import { rolesIn, rolesOf, type WantedRole } from "./package-roles.ts";

export type AccessPackageSpec = Spec & {
  readonly displayName?: string;
  readonly catalog?: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly groups?: readonly Ref[];
  readonly ownedGroups?: readonly Ref[];
  readonly applications?: readonly { readonly app: Ref; readonly role: string }[];
  /** Name → policy; null ends one. */
  readonly policies?: Readonly<Record<string, PolicySpec | null>>;
};

const ROLE_FIELDS = ["groups", "ownedGroups", "applications"] as const;
const SKEW = 120_000;

export const accessPackage: Kind<EntraReader, EntraWriter, AccessPackageSpec> = {
  name: "access-package",
  proof: { by: "poll", every: 2_000, within: 120_000 },
  consistency: CONSISTENCY,
  // A catalog is made once, whoever needs it first.
  lane: "entitlement management",
  key: keyOf,
  check,
  review,
  population: packagePopulation,
  ruleFields: ["policies"],

  async *list(reader, want) {
    // Without a licence there are none, and Graph refuses the question; a document of one is refused by its review.
    if (!(await isLicensed(reader))) return;
    const catalogs = await reader.catalogs();
    const names = new Map(catalogs.map(({ id, name }) => [id, name]));
    const wanted = new Map(want.objects.map((object) => [object.id ?? object.key, object.fields]));
    const found = (await reader.packages()).flatMap((one) => {
      const fields = wanted.get(one.id) ?? wanted.get(keyOf(named(one, names)));
      return fields === undefined && want.everything !== true ? [] : [{ one, fields: new Set(fields) }];
    });
    const all = want.everything === true;
    const asks = (names: readonly string[]): boolean =>
      all || found.some(({ fields }) => names.some((name) => fields.has(name)));
    const packages = found.map(({ one }) => one);
    yield* await filled(reader, packages, catalogs, {
      roles: asks(ROLE_FIELDS),
      policies: asks(["policies"]),
      held: true,
    });
  },

  async *get(reader, wanted) {
    const catalogs = await reader.catalogs();
    const found: AccessPackage[] = [];
    for (const { id } of wanted) {
      const one = await reader.package(id);
      if (one !== undefined) found.push(one);
      else {
        const gone: Gone = { gone: true, id };
        yield gone;
      }
    }
    yield* await filled(reader, found, catalogs, { roles: true, policies: true, held: false });
  },

  async create(writer, spec, context) {
    const { displayName = "", catalog: catalogName = "", policies = {} } = spec;
    const catalog = await ensureCatalog(writer, catalogName, markOf(context.marker));
    const roles = await rolesOf(writer, spec);
    const resources = await ensureResources(writer, catalog, roles);
    const made = await ensurePackage(writer, spec, catalog, context);
    await context.made(made.id);
    const id = personIds(context.people);
    await addRoles(writer, made.id, roles, resources);
    const live = (await writer.policies()).filter(({ packageId }) => packageId === made.id);
    for (const [name, policy] of Object.entries(policies)) {
      const known = live.find((one) => one.name === name);
      if (policy !== null && known === undefined) await writer.createPolicy(policyBody(name, policy, {}, id), made.id);
    }
    return {
      id: made.id,
      spec: { ...spec, displayName },
      people: context.people,
      ...(made.created === undefined ? {} : { createdAt: made.created }),
    };
  },

  async update(writer, live, spec, fields, context) {
    const catalogs = await writer.catalogs();
    const catalog = catalogs.find(({ name }) => name === live.spec.catalog);
    if (catalog === undefined) throw new ProblemError(noCatalog(live));
    const body = propertiesOf(spec, fields);
    const id = personIds(context.people, live.people);
    await attemptAll([
      async () => {
        if (Object.keys(body).length > 0) await writer.updatePackage(live.id, body);
      },
      async () => {
        const roles = await rolesOf(writer, changesOf(fields, "added"));
        await addRoles(writer, live.id, roles, await ensureResources(writer, catalog, roles));
      },
      () => changePolicies(writer, live.id, spec, fields, id),
      () => removeRoles(writer, live.id, changesOf(fields, "removed")),
    ]);
    return { ...live, spec: { ...live.spec, ...spec }, people: { ...live.people, ...context.people } };
  },

  async delete(writer, live, context) {
    const found = await writer.package(live.id);
    if (found !== undefined) await clearPackage(writer, found.id);
    const catalog = (await writer.catalogs()).find(({ name }) => name === live.spec.catalog);
    if (catalog?.description !== markOf(context.marker)) return;
    await emptyCatalog(writer, catalog);
  },

  describe({ action, before, fields }) {
    const held = typeof before?.computed?.assignments === "number" ? before.computed.assignments : 0;
    if (action === "delete") {
      return {
        notes: [
          `${held === 0 ? "Nobody has it." : `${held} assignment${held === 1 ? " ends" : "s end"} first, and with ${held === 1 ? "it" : "them"} the access that the package gave.`}`,
          "Its catalog goes as well where Accord made it and no other package is in it.",
        ],
        uncertain: { effect: "what else its holders keep the same access by", people: held },
        undo: "approximate",
      };
    }
    const gone = ROLE_FIELDS.some((name) => elementsAt(fields, name).removed.length > 0);
    if (!gone) return {};
    return {
      notes: ["Whoever has the package loses what it no longer gives, within minutes to hours."],
      uncertain: { effect: "which of its holders have the same access otherwise", people: held },
    };
  },
};

function* check(spec: AccessPackageSpec): Iterable<Finding> {
  for (const [name, policy] of Object.entries(spec.policies ?? {})) {
    if (policy === null) continue;
    const at = (field: string, message: string, hint: string): Finding => ({
      code: "entra-package-policy",
      message: `policies.${name}.${field}: ${message}`,
      hint,
      path: ["policies", name, field],
    });
    const { allowedTargetScope: scope, membershipRule: rule } = policy;
    if (typeof rule === "string") yield* checkRule(rule, ["policies", name, "membershipRule"]);
    const specific = scope === undefined || scope === "specificDirectoryUsers";
    if (typeof rule === "string" && scope !== "specificDirectoryUsers") {
      yield at(
        "allowedTargetScope",
        "a policy with a membershipRule needs specificDirectoryUsers.",
        "Say specificDirectoryUsers, or leave membershipRule out.",
      );
    }
    if (typeof rule === "string" && (policy.approvers?.length ?? 0) + (policy.approverGroups?.length ?? 0) > 0) {
      yield at("membershipRule", "nobody approves what a rule assigns.", "Leave the approvers out, or the rule.");
    }
    for (const field of ["targetUsers", "targetGroups"] as const) {
      if ((policy[field]?.length ?? 0) > 0 && !specific) {
        const hint = `Leave ${field} out, or say \`allowedTargetScope: specificDirectoryUsers\`.`;
        yield at(field, "they count with specificDirectoryUsers only.", hint);
      }
    }
  }
}

async function review(reader: EntraReader, spec: AccessPackageSpec): Promise<readonly Finding[]> {
  const { plans } = await reader.organization();
  if (!(await isLicensed(reader))) {
    const licences = `${licenceName("P2")} or ${licenceName("Governance")}`;
    return [
      {
        code: "entra-not-licensed",
        message: `Access packages need ${licences}, which the directory has not.`,
        hint: "Take the document out, or add the licence.",
      },
    ];
  }
  const rule = Object.entries(spec.policies ?? {}).find(([, policy]) => typeof policy?.membershipRule === "string");
  if (rule === undefined || hasLicence(plans, "Governance")) return [];
  return [
    {
      code: "entra-not-licensed",
      message: `policies.${rule[0]}.membershipRule: automatic assignment needs ${licenceName("Governance")}, which the directory has not.`,
      hint: "Take the rule out, or add the licence.",
      path: ["policies", rule[0], "membershipRule"],
    },
  ];
}

async function isLicensed(reader: EntraReader): Promise<boolean> {
  const { plans } = await reader.organization();
  return hasLicence(plans, "P2") || hasLicence(plans, "Governance");
}

/** An attempt whose answer was lost is found again by name and time; another one is somebody's. */
async function ensurePackage(
  writer: EntraWriter,
  { displayName = "", description, hidden }: AccessPackageSpec,
  catalog: Catalog,
  { address }: WriteContext,
): Promise<AccessPackage> {
  const existing = (await writer.packages()).find((one) => one.catalogId === catalog.id && one.name === displayName);
  if (existing === undefined) {
    const body = {
      displayName,
      // Graph wants one.
      description: description ?? displayName,
      ...(hidden === undefined ? {} : { isHidden: hidden }),
    };
    return writer.createPackage(body, catalog.id);
  }
  if (Date.parse(existing.created ?? "") >= writer.clock.now() - SKEW) return existing;
  throw new ProblemError({
    code: "exists",
    message: `The catalog ${catalog.name} has an access package "${displayName}" already (${existing.id}).`,
    hint: `Bind it with \`accord import ${address} ${existing.id}\`, or choose another displayName.`,
  });
}

async function addRoles(
  writer: EntraWriter,
  packageId: string,
  roles: readonly WantedRole[],
  resources: ReadonlyMap<string, string>,
): Promise<void> {
  if (roles.length === 0) return;
  const live = (await writer.roleScopesOf([packageId])).get(packageId) ?? [];
  for (const role of roles) {
    if (live.some((one) => isSame(one, role))) continue;
    await writer.addRoleScope(packageId, role, resources.get(role.scopeOriginId) ?? "");
  }
}

async function removeRoles(writer: EntraWriter, packageId: string, spec: AccessPackageSpec): Promise<void> {
  const roles = await rolesOf(writer, spec);
  if (roles.length === 0) return;
  const live = (await writer.roleScopesOf([packageId])).get(packageId) ?? [];
  for (const one of live) {
    if (roles.some((role) => isSame(one, role))) await writer.removeRoleScope(packageId, one.id);
  }
}

function isSame(one: ResourceRoleScope, other: WantedRole): boolean {
  return one.roleOriginId === other.roleOriginId && one.scopeOriginId === other.scopeOriginId;
}

async function changePolicies(
  writer: EntraWriter,
  packageId: string,
  spec: AccessPackageSpec,
  fields: readonly FieldChange[],
  id: (login: string) => string,
): Promise<void> {
  const changed = Object.entries(spec.policies ?? {}).filter(([name]) => touches(fields, "policies", name));
  if (changed.length === 0) return;
  const live = (await writer.policies()).filter((one) => one.packageId === packageId);
  for (const [name, policy] of changed) {
    const known = live.find((one) => one.name === name);
    if (policy === null) {
      if (known !== undefined) await writer.deletePolicy(known.id);
    } else if (known === undefined) await writer.createPolicy(policyBody(name, policy, {}, id), packageId);
    else await writer.putPolicy(known.id, policyBody(name, policy, known.raw, id), packageId);
  }
}

/** A catalog that we made and that holds no package any more. */
async function emptyCatalog(writer: EntraWriter, catalog: Catalog): Promise<void> {
  if ((await writer.packages()).some(({ catalogId }) => catalogId === catalog.id)) return;
  for (const resource of await writer.resourcesOf(catalog.id)) await removeResource(writer, catalog.id, resource);
  await eventually(writer, async () => ((await writer.resourcesOf(catalog.id)).length === 0 ? true : undefined), {
    code: "entra-package-pending",
    message: `The catalog ${catalog.name} still holds resources.`,
    hint: "Apply again later, or delete it in the admin center.",
  });
  await writer.deleteCatalog(catalog.id);
}

function propertiesOf(
  spec: AccessPackageSpec,
  fields: readonly FieldChange[],
): Readonly<Record<string, string | boolean>> {
  return {
    ...(touches(fields, "displayName") ? { displayName: spec.displayName ?? "" } : {}),
    ...(touches(fields, "description") ? { description: spec.description ?? "" } : {}),
    ...(touches(fields, "hidden") ? { isHidden: spec.hidden ?? false } : {}),
  };
}

/** What comes or goes, in the shape of a spec. */
function changesOf(fields: readonly FieldChange[], which: "added" | "removed"): AccessPackageSpec {
  return Object.fromEntries(ROLE_FIELDS.map((name) => [name, elementsAt(fields, name)[which].filter(isObject)]));
}

function noCatalog({ spec }: Live<AccessPackageSpec>) {
  return { code: "not-found", message: `The catalog ${spec.catalog} is gone.`, hint: "Plan again." };
}

async function filled(
  reader: EntraReader,
  packages: readonly AccessPackage[],
  catalogs: readonly Catalog[],
  asked: { readonly roles: boolean; readonly policies: boolean; readonly held: boolean },
): Promise<readonly Live<AccessPackageSpec>[]> {
  if (packages.length === 0) return [];
  const ids = packages.map(({ id }) => id);
  const names = new Map(catalogs.map(({ id, name }) => [id, name]));
  const scopes = asked.roles ? await reader.roleScopesOf(ids) : new Map<string, readonly ResourceRoleScope[]>();
  const policies = asked.policies ? await reader.policies() : [];
  const held = asked.held ? await reader.assignments() : [];
  const logins = await loginsOf(
    reader,
    policies.flatMap(({ raw }) => peopleIn(raw)),
  );
  const roles = await rolesIn(reader, scopes);
  return packages.map((one) => {
    const own = policies.filter(({ packageId }) => packageId === one.id);
    const people = own
      .flatMap(({ raw }) => peopleIn(raw))
      .flatMap((id) => {
        const login = logins.get(id);
        return login === undefined ? [] : [[login, id] as const];
      });
    return {
      id: one.id,
      spec: {
        ...named(one, names),
        description: one.description,
        hidden: one.hidden,
        ...(asked.roles ? roles.get(one.id) : {}),
        ...(asked.policies ? { policies: policiesOf(own, logins) } : {}),
      },
      computed: { assignments: held.filter(({ packageId }) => packageId === one.id).length },
      people: Object.fromEntries(people),
      ...(one.created === undefined ? {} : { createdAt: one.created }),
    };
  });
}

function policiesOf(
  policies: readonly AssignmentPolicy[],
  logins: ReadonlyMap<string, string>,
): Readonly<Record<string, PolicySpec>> {
  return Object.fromEntries(policies.map(({ name, raw }) => [name, policySpec(raw, logins)]));
}

function named({ name, catalogId }: AccessPackage, names: ReadonlyMap<string, string>): AccessPackageSpec {
  return { displayName: name, catalog: names.get(catalogId) ?? catalogId };
}

function keyOf(spec: Partial<AccessPackageSpec>): string | undefined {
  const name = textAt(spec, "displayName");
  const catalog = textAt(spec, "catalog");
  return name === undefined || catalog === undefined ? undefined : `${catalog}/${name}`;
}
