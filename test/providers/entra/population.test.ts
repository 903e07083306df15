/** A dynamic group: previewed, and then evaluated by the service in its own time. */
import { expect, test } from "vitest";
import { populationChanges } from "../../../engine/impact/population.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import { set } from "../../support/field-changes.ts";
import { byId, type Connected, connected, context } from "./connected.ts";

const MINUTE = 60_000;

async function preview(tenant: Connected, spec: Spec, live?: Live): Promise<string> {
  const population = await tenant.view().population("group", spec, live);
  if (population === undefined) return "no rule";
  const [change] = populationChanges("entra/group/x", population);
  const name = ({ person }: { readonly person: string }): string => person.split("@")[0] ?? "";
  return [
    ...(change?.enters ?? []).map((one) => `+${name(one)}`),
    ...(change?.leaves ?? []).map((one) => `-${name(one)}`),
    ...(change?.uncertain ?? []).map((one) => `?${name(one)}`),
    ...(change?.remarks ?? []),
  ].join(" ");
}

function members(tenant: Connected, group: string): readonly string[] {
  const { users, links } = tenant.emulator.tenant;
  return links
    .now(tenant.groupId(group), "members")
    .map((id) => String(users.now(id)?.properties.userPrincipalName).split("@")[0] ?? "")
    .sort();
}

test("a new group: whom the rule takes in, by one sweep of what it asks about", async () => {
  const tenant = connected();
  tenant.requests();
  expect(await preview(tenant, { displayName: "Sales", membershipRule: 'user.jobTitle -startsWith "head"' })).toBe(
    "+victor",
  );
  expect(tenant.requests()).toEqual([
    "GET /v1.0/users?$select=id,userPrincipalName,mail,accountEnabled,onPremisesSyncEnabled,createdDateTime,jobTitle&$top=999",
  ]);
  const katherine = tenant.personId("katherine");
  const engineering = tenant.groupId("Engineering");
  const rule = (membershipRule: string): Promise<string> => preview(tenant, { displayName: "x", membershipRule });
  expect(await rule(`Direct Reports for "${katherine}"`)).toBe("+ada +alan +edsger +grace");
  expect(await rule(`user.memberOf -any (group.objectId -in ['${engineering}'])`)).toBe(
    "+ada +alan +edsger +grace +linus",
  );
  expect(await rule('user.city -eq "Oslo"')).toBe("Nobody matches: the group would be empty.");
  expect(await rule('device.deviceOSType -eq "iOS"')).toBe("no rule");
  expect(await preview(tenant, { displayName: "x", membershipRule: null })).toBe("no rule");
});

test("another rule: compared with who is in, and the service does the same minutes later", async () => {
  const tenant = connected();
  const live = await byId(tenant.view(), "group", tenant.groupId("SRE (dynamic)"));
  const membershipRule =
    'user.department -eq "SRE" -and user.jobTitle -ne "SRE" -or user.userPrincipalName -startsWith "alan@"';
  const spec = { ...live.spec, membershipRule };
  expect(await preview(tenant, spec, live)).toBe(
    "+alan -linus 1 of 3 members would leave: with membershipRuleProcessingState: Paused nobody does, until you have looked.",
  );
  expect(await preview(tenant, { ...spec, membershipRuleProcessingState: "Paused" }, live)).toBe("no rule");

  await tenant.hands().update("group", live, spec, [set(membershipRule, "membershipRule")], context());
  expect(members(tenant, "SRE (dynamic)")).toEqual(["ada", "grace", "linus"]);
  tenant.clock.pass(5 * MINUTE);
  await tenant.byHand("GET", "/organization");
  expect(members(tenant, "SRE (dynamic)")).toEqual(["ada", "alan", "grace"]);

  const counted = (since: number) => tenant.view().counted("group", live, since);
  expect(await counted(tenant.clock.now()), "too early to tell").toBeUndefined();
  expect(await counted(tenant.clock.now() - 61 * MINUTE)).toMatchObject({ people: 3 });

  await tenant.byHand("PATCH", `/users/${tenant.personId("ada")}`, { department: "Sales" });
  tenant.clock.pass(5 * MINUTE);
  await tenant.byHand("GET", "/organization");
  expect(members(tenant, "SRE (dynamic)"), "somebody who moves").toEqual(["alan", "grace"]);
  expect(tenant.emulator.tenant.audits.at(-1)).toMatchObject({
    activity: "Remove member from group",
    initiatedBy: { app: { displayName: "Microsoft Approval Management" } },
  });
});

test("an assigned group that goes dynamic loses everybody whom the rule does not take in", async () => {
  const tenant = connected();
  const live = await byId(tenant.view(), "group", tenant.groupId("Engineering"), "members");
  const { members: _, ...rest } = live.spec;
  expect(await preview(tenant, { ...rest, membershipRule: 'user.department -eq "SRE"' }, live)).toBe(
    "-alan -edsger 2 of 5 members would leave: with membershipRuleProcessingState: Paused nobody does, until you have looked.",
  );
});

test("an access package: any of its automatic policies is enough, and one that takes nothing away leaves it", async () => {
  const tenant = connected();
  const policy = (membershipRule: string, more: Spec = {}): Spec => ({
    allowedTargetScope: "specificDirectoryUsers",
    membershipRule,
    ...more,
  });
  const of = (policies: Spec): Spec => ({ displayName: "Tools", catalog: "IT", policies });
  const live = (policies: Spec): Live => ({ id: "p1", spec: of(policies) });
  const sre = policy('user.department -eq "SRE"');
  const look = async (spec: Spec, before?: Live): Promise<string> => {
    const population = await tenant.view().population("access-package", spec, before);
    const [change] = population === undefined ? [] : populationChanges("entra/access-package/x", population);
    const names = (movers: readonly { readonly person: string }[] = []) =>
      movers.map(({ person }) => person.split("@")[0]);
    return change === undefined ? "no rule" : `+${names(change.enters)} -${names(change.leaves)}`;
  };
  expect(await look(of({ Sre: sre, Boss: policy('user.jobTitle -startsWith "VP"') }))).toBe(
    "+ada,grace,katherine,linus -",
  );
  expect(await look(of({ Sre: sre }), live({ Sre: sre }))).toBe("no rule");
  const sales = policy('user.department -eq "Sales"');
  expect(await look(of({ Sre: sales }), live({ Sre: sre }))).toBe("+mallory,victor -ada,grace,linus");
  const keeping = { ...sales, removeWhenRuleEnds: false };
  expect(await look(of({ Sre: keeping }), live({ Sre: sre }))).toBe("+mallory,victor -");
  expect(await look(of({ Everybody: { allowedTargetScope: "allMemberUsers" } }))).toBe("no rule");
});
