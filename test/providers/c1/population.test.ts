/** Who is in a profile or a group of C1 by its rule: previewed, and then run by C1 itself. */
import { expect, test } from "vitest";
import { populationChanges } from "../../../engine/impact/population.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import { context, readOne, recorder, type Stage, stage } from "./tenant.ts";

const HOUR = 3_600_000;

async function preview({ connection }: Stage, kind: string, spec: Spec, live?: Live): Promise<readonly string[]> {
  const population = await connection.view().population(kind, spec, live);
  if (population === undefined) return ["no rule"];
  const [change] = populationChanges("c1/x/y", population);
  const name = ({ person }: { readonly person: string }): string => person.split("@")[0] ?? "";
  const moves = [
    ...(change?.enters ?? []).map((one) => `+${name(one)}`),
    ...(change?.leaves ?? []).map((one) => `-${name(one)}`),
    ...(change?.uncertain ?? []).map((one) => `?${name(one)}`),
  ];
  return [moves.join(" "), ...(change?.remarks ?? [])];
}

function members({ emulator: { tenant } }: Stage, id: string): readonly string[] {
  return tenant.grants
    .by("entitlement", id)
    .filter((grant) => grant.removedAt === null)
    .map((grant) => tenant.users.get(grant.userId)?.email.split("@")[0] ?? "")
    .sort();
}

test("a profile: C1 lets in whom the preview said, and its circuit breaker trips where the preview said", async () => {
  const all = stage();
  const hands = all.connection.hands(recorder);
  const accept = { displayName: "Welcome", type: "grant", steps: [{ accept: { message: "" } }] };
  const joiner = {
    approvalPolicy: { id: (await hands.create("policy", accept, context())).id },
    entitlementPolicies: "bypass",
  };
  const leaver = { access: "revoke-unjustified", entitlementPolicies: "bypass" };
  const profile = await hands.create("access-profile", { displayName: "On-call", joiner, leaver }, context());
  const enabled = "subject.status == UserStatus.ENABLED";
  const first: Spec = {
    profile: { id: profile.id },
    cel: `subject.department == "SRE" && ${enabled}`,
    grantAndRevoke: true,
    circuitBreaker: { percent: 50, enforceOnSmallProfiles: true, disabled: false },
  };
  expect(await preview(all, "membership-automation", first)).toEqual(["+ada +grace +linus"]);
  await hands.create("membership-automation", first, context());
  const counted = async () => {
    const now = await readOne(all.connection, "membership-automation", first, profile.id);
    return now && all.connection.view().counted("membership-automation", now, all.world.now() - HOUR);
  };
  expect(await counted(), "not evaluated yet").toBeUndefined();
  await all.pass(2 * HOUR);
  expect(await counted()).toEqual({ people: 3 });
  const enrolment = `${all.emulator.tenant.systemAppId}/${profile.id}`;
  expect(members(all, enrolment)).toEqual(["ada", "grace", "linus"]);
  // Searches lag behind.
  await all.pass(HOUR / 12);

  const byHolders: Spec = {
    profile: { id: { $unknown: { text: "${c1/access-profile/x.id}" } } },
    holders: [{ id: enrolment }],
    exclude: ["linus@acme.example"],
    grantAndRevoke: true,
  };
  expect(await preview(all, "membership-automation", byHolders), "by who holds an entitlement").toEqual([
    "+ada +grace",
  ]);
  const made = [{ id: { $unknown: { text: "${c1/entitlement/x.id}" } } }];
  expect(await preview(all, "membership-automation", { ...byHolders, holders: made })).toEqual([
    "",
    "Who holds what this plan makes is known when it has been made.",
  ]);

  const live = await readOne(all.connection, "membership-automation", first, profile.id);
  if (live === undefined) throw new Error("the automation is gone");
  const one = { ...live.spec, cel: `subject.email == "ada@acme.example" || subject.department == "IT" && ${enabled}` };
  expect(await preview(all, "membership-automation", one, live)).toEqual([
    "+trent -grace -linus",
    "C1's circuit breaker would stop this: 2 of 3 members would leave (67 %), and it allows 50 % within an hour. Nobody joins or leaves until somebody resumes the automation.",
  ]);
  const watchless = { ...one, circuitBreaker: { percent: 50, enforceOnSmallProfiles: false, disabled: false } };
  expect((await preview(all, "membership-automation", watchless, live))[1]).toContain(
    "does not watch profiles of fewer",
  );
  const off = { ...one, circuitBreaker: { percent: 0, enforceOnSmallProfiles: true, disabled: true } };
  expect((await preview(all, "membership-automation", off, live))[1]).toContain("nothing stops it");
  expect(await preview(all, "membership-automation", { ...one, enabled: false }, live)).toEqual(["no rule"]);

  const change = { op: "set", path: ["cel"], before: first.cel ?? "", after: one.cel } as const;
  await hands.update("membership-automation", live, one, [change], context());
  await all.pass(2 * HOUR);
  expect(members(all, enrolment), "stopped").toEqual(["ada", "grace", "linus"]);
  const listOnly = { ...live, spec: { ...live.spec, grantAndRevoke: false } };
  expect((await preview(all, "membership-automation", one, listOnly))[0], "a mere list").toBe("+trent -grace -linus");
  expect((await readOne(all.connection, "membership-automation", one, profile.id))?.computed?.breaker).toBe(
    "triggered",
  );
});

test("a group of C1: whoever was added by hand stays", async () => {
  const all = stage();
  const spec: Spec = { displayName: "SRE", cel: 'subject.department == "SRE"' };
  expect(await preview(all, "group", spec)).toEqual(["+ada +grace +linus"]);
  expect(await preview(all, "group", { displayName: "SRE" })).toEqual(["no rule"]);
  const attributes = { displayName: "SRE", cel: 'subject.attributes.x == "y" && subject.department == "SRE"' };
  expect(await preview(all, "group", attributes)).toEqual(["?ada ?grace ?linus"]);
});
