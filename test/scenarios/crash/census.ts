/** Everything that a stack could leave behind in the tenants, by name: what a duplicate or an orphan would show in. */
import type { C1Emulator } from "../../../providers/c1/emulator.ts";
import type { OktaEmulator } from "../../../providers/okta/emulator.ts";
import type { ZendeskEmulator } from "../../../providers/zendesk/emulator.ts";

/** `<table>: <name>`, as often as it is there, sorted. */
export type Census = readonly string[];

interface Tenants {
  readonly okta: OktaEmulator;
  readonly c1: C1Emulator;
  readonly zendesk: ZendeskEmulator;
}

export function census({ okta, c1, zendesk }: Tenants): Census {
  const { tenant } = c1;
  const appName = (id: string): string => tenant.apps.get(id)?.displayName ?? id;
  const alive = <Row extends { readonly deletedAt: string | null }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => row.deletedAt === null);
  const named = (refs: readonly { readonly appId: string; readonly id: string }[]): string =>
    refs.map(({ appId, id }) => tenant.entitlements.get(`${appId}/${id}`)?.displayName ?? id).join(" + ");
  const login = (id: string): string => String(okta.tenant.users.get(id)?.profile.login ?? id);
  return [
    ...inZendesk(zendesk),
    ...[...okta.tenant.groups.values()].flatMap((group) => {
      const members = [...(okta.tenant.members.get(group.id)?.keys() ?? [])];
      const name = String(group.profile.name);
      return [
        `okta group: ${name} (${String(group.profile.description ?? "")})`,
        ...members.map((id) => `okta member: ${login(id)} of ${name}`),
      ];
    }),
    ...alive(tenant.resourceTypes.rows()).map((row) => `c1 resource type: ${appName(row.appId)} / ${row.displayName}`),
    ...alive(tenant.resources.rows()).map((row) => `c1 resource: ${appName(row.appId)} / ${row.displayName}`),
    ...alive(tenant.entitlements.rows()).map((row) => `c1 entitlement: ${appName(row.appId)} / ${row.displayName}`),
    ...alive(tenant.policies.rows()).map((row) => `c1 policy: ${row.displayName}`),
    ...alive(tenant.catalogs.rows()).map((row) => {
      const published = row.published ? "published" : "not published";
      return `c1 profile: ${row.displayName}, ${published}, holds ${named(row.entries)}, visible to ${named(row.access)}`;
    }),
    ...alive(tenant.catalogs.rows()).flatMap((row) => {
      const owners =
        tenant.owners.get(`resource/${tenant.systemAppId}/${row.resourceId}`)?.versions.at(-1)?.users ?? [];
      return owners.map(({ id }) => `c1 owner: ${tenant.users.get(id)?.displayName ?? id} of ${row.displayName}`);
    }),
    ...tenant.bundles
      .rows()
      .map((row) => `c1 automation: ${tenant.catalogs.get(row.requestCatalogId)?.displayName ?? row.requestCatalogId}`),
  ].sort();
}

function inZendesk({ memory }: ZendeskEmulator): Census {
  const user = (id: string): string => memory.users.find((one) => one.id === id)?.identities[0]?.value ?? id;
  const group = (id: string): string => memory.groups.find((one) => one.id === id)?.name ?? id;
  const role = (id: string | null): string => memory.roles.find((one) => one.id === id)?.name ?? "none";
  return [
    ...memory.groups.filter(({ deleted }) => !deleted).map((one) => `zendesk group: ${one.name} (${one.description})`),
    ...memory.groupMemberships.map(({ userId, ofId }) => `zendesk member: ${user(userId)} of ${group(ofId)}`),
    ...memory.users
      .filter(({ active }) => active)
      .map((one) => `zendesk user: ${user(one.id)}, ${one.role}, custom role ${role(one.customRoleId)}`),
    ...memory.roles.map(({ name }) => `zendesk role: ${name}`),
    // What was under way is waited for, not started again.
    ...memory.jobs.map(({ type, status }) => `zendesk job: ${type}, ${status}`),
  ];
}
