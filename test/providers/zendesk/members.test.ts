/** Members come and go by jobs: what a job says of each item is what became of that person, and of nobody else. */
import { describe, expect, test } from "vitest";
import { UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { add, remove } from "../../support/field-changes.ts";
import { type Connected, connected, context, ids } from "./connected.ts";

/** So many agents of the account. */
async function team(tenant: Connected, count: number): Promise<Readonly<Record<string, string>>> {
  const people: Record<string, string> = {};
  for (let n = 1; n <= count; n += 1) {
    if (n % 500 === 0) tenant.pass(60_000);
    await tenant.call("POST", "/users", {
      user: { name: `Agent ${n}`, email: `agent-${n}@acme.example`, role: "agent" },
    });
    people[`agent-${n}@acme.example`] = tenant.memory.users.at(-1)?.id ?? "";
  }
  tenant.pass(60_000);
  return people;
}

describe("members of a group", () => {
  test("are added and taken out a hundred at a time, additions first", async () => {
    const tenant = connected();
    const people = await team(tenant, 250);
    const given = context(people);
    const live = await tenant.hands().create("group", { name: "all", members: Object.keys(people) }, given);

    expect(given.ids).toEqual([live.id]);
    expect(tenant.writes).toEqual(["POST /groups", ...Array(3).fill("POST /group_memberships/create_many")]);
    const spec = await specOf(tenant.view(), "group", live.id, "members");
    expect(spec.members).toHaveLength(250);

    const before = await byKey(tenant.view(), "group", "all", "members");
    const gone = Object.keys(people).slice(0, 120);
    const changes = [...gone.map((login) => remove(login, "members")), add("grace@acme.example", "members")];
    const all = { ...people, ...ids(tenant, "grace") };
    await tenant.hands().update("group", before, { name: "all" }, changes, context(all));
    expect(tenant.writes.slice(4).map((line) => line.split("?")[0])).toEqual([
      "POST /group_memberships/create_many",
      "DELETE /group_memberships/destroy_many",
      "DELETE /group_memberships/destroy_many",
    ]);
    expect((await specOf(tenant.view(), "group", live.id, "members")).members).toHaveLength(131);
  });

  test("one who is no agent is refused inside a job that completed, and the others are in", async () => {
    const tenant = connected();
    const people = ids(tenant, "ada", "grace", "linus", "alan");
    const given = context(people);
    const problems = await refusal(
      tenant.hands().create("group", { name: "mixed", members: Object.keys(people) }, given),
    );

    expect(tenant.memory.jobs.map(({ status }) => status)).toEqual(["completed"]);
    expect(problems.map(({ code, message }) => `${code}: ${message}`.replace(/job \w+/, "job"))).toEqual([
      "zendesk-member-refused: member ada@acme.example: Zendesk's job says RecordInvalid: User is not an agent.",
      "zendesk-member-refused: member alan@acme.example: Zendesk's job says RecordInvalid: User is not an agent.",
    ]);
    expect(problems[0]?.hint).toContain("zendesk/agent");
    const made = await specOf(tenant.view(), "group", given.ids[0] ?? "", "members");
    expect(made.members).toEqual(["grace@acme.example", "linus@acme.example"]);
  });

  test("who came in meanwhile is no failure, and who is out already is done", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "group", "Support", "members");
    const people = ids(tenant, "grace", "linus");
    await tenant.call("POST", "/group_memberships", {
      group_membership: { user_id: Number(people["grace@acme.example"]), group_id: Number(before.id) },
    });
    const own = tenant.memory.groupMemberships.find(
      ({ userId, ofId }) => userId === people["linus@acme.example"] && ofId === before.id,
    );
    await tenant.call("DELETE", `/group_memberships/${own?.id}`);

    const changes = [add("grace@acme.example", "members"), remove("linus@acme.example", "members")];
    await tenant.hands().update("group", before, { name: "Support" }, changes, context(people));
    expect((await specOf(tenant.view(), "group", before.id, "members")).members).toEqual([
      "trent@acme.example",
      "rosalind@acme.example",
      "grace@acme.example",
    ]);
  });

  test("a removal says what it does to tickets, and Zendesk does it some time later", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "group", "Escalations", "members");
    const changes = [remove("rosalind@acme.example", "members")];
    const kind = (await import("../../../providers/zendesk/provider.ts")).zendesk.kinds.get("group");
    expect(kind?.describe?.({ action: "update", before, after: before.spec, fields: changes })).toMatchObject({
      notes: [expect.stringContaining("unassigns the working tickets that rosalind@acme.example has in this group")],
      uncertain: { effect: expect.stringContaining("default"), people: 0 },
      undo: "approximate",
    });

    await tenant.hands().update("group", before, before.spec, changes, context());
    const rosalind = tenant.person("rosalind").id;
    expect(tenant.memory.tickets.map(({ assigneeId }) => assigneeId)).toEqual([rosalind, rosalind]);
    tenant.pass(10_000);
    await tenant.emulator.tick?.();
    expect(tenant.memory.tickets.map(({ status, assigneeId }) => `${status} ${assigneeId}`)).toEqual([
      "open null",
      `closed ${rosalind}`,
    ]);
  });
});

describe("a job", () => {
  test("that never ends leaves its change unconfirmed, and says which job it is", async () => {
    const tenant = connected();
    tenant.memory.jobsStall = true;
    const given = context(ids(tenant, "grace"));
    const live = await tenant.hands().create("group", { name: "new", members: ["grace@acme.example"] }, given);

    const [job] = tenant.memory.jobs;
    const view = tenant.view();
    expect(await view.progress("group", live)).toMatchObject({
      state: "converging",
      note: expect.stringContaining(`GET /api/v2/job_statuses/${job?.id}`),
    });
    tenant.memory.jobsStall = false;
    tenant.pass(60_000);
    expect(await tenant.view().progress("group", live)).toMatchObject({
      state: "done",
      live: { spec: { members: ["grace@acme.example"] } },
    });
  });

  test("that ends late, and badly, fails the change", async () => {
    const tenant = connected();
    tenant.memory.jobsStall = true;
    const given = context(ids(tenant, "ada"));
    const live = await tenant.hands().create("group", { name: "new", members: ["ada@acme.example"] }, given);
    tenant.memory.jobsStall = false;
    tenant.pass(60_000);
    expect(await tenant.view().progress("group", live)).toMatchObject({
      state: "failed",
      problem: { code: "zendesk-job-failed", message: expect.stringContaining("User is not an agent") },
    });
  });

  test("of a run that was cut off is waited for before members are read", async () => {
    const tenant = connected();
    const people = await team(tenant, 100);
    const id = tenant.groupId("Escalations");
    await tenant.call("POST", "/group_memberships/create_many", {
      group_memberships: Object.values(people).map((user) => ({ user_id: Number(user), group_id: Number(id) })),
    });

    const later = tenant.anew();
    const live = await byKey(later.view(), "group", "Escalations", "members");
    expect(live.spec.members).toHaveLength(102);
    expect(tenant.memory.jobs.map(({ status }) => status)).toEqual(["completed"]);
  });

  test("of somebody else that goes on and on holds nobody up for more than a minute, and is a warning", async () => {
    const tenant = connected();
    tenant.memory.jobsStall = true;
    await tenant.call("DELETE", "/users/destroy_many?ids=1");
    const start = tenant.waits.length;
    const live = await byKey(tenant.view(), "group", "Support", "members");
    const waited = tenant.waits.slice(start).reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeLessThanOrEqual(70_000);
    expect(await tenant.view().review("group", live.spec, live)).toMatchObject([
      { code: "zendesk-job-running", severity: "warning", message: expect.stringContaining("bulk_delete_user") },
    ]);
  });

  test("too many is a matter of patience: nothing was done", async () => {
    const tenant = connected();
    tenant.memory.jobsStall = true;
    for (let n = 0; n < 30; n += 1) await tenant.call("DELETE", "/users/destroy_many?ids=1");
    const hands = tenant.hands();
    const live = await byKey(tenant.view(), "group", "Escalations");
    const adding = hands.update(
      "group",
      live,
      live.spec,
      [add("linus@acme.example", "members")],
      context(ids(tenant, "linus")),
    );
    tenant.memory.jobsStall = false;
    await adding;
    expect(await byId(tenant.view(), "group", live.id, "members")).toMatchObject({
      spec: { members: ["grace@acme.example", "rosalind@acme.example", "linus@acme.example"] },
    });
  });

  test("whose start nobody saw answered is not started twice", async () => {
    const tenant = connected({
      through: (pass) => async (request) => {
        const response = await pass(request);
        if (request.url.endsWith("create_many")) throw new TypeError("fetch failed");
        return response;
      },
    });
    const live = await byKey(tenant.view(), "group", "Escalations", "members");
    const changes = [add("linus@acme.example", "members")];
    const problems = await refusal(
      tenant.hands().update("group", live, live.spec, changes, context(ids(tenant, "linus"))),
    );
    expect(problems).toMatchObject([{ code: UNCLEAR_OUTCOME }]);
    expect(tenant.memory.jobs).toHaveLength(1);
  });
});

describe("members are read in bulk", () => {
  test("all memberships at once, with their users beside them", async () => {
    const tenant = connected();
    const found = await all(tenant.view().list("group", { objects: [], everything: true }));
    expect(found.map(({ spec }) => [spec.name, spec.members])).toEqual([
      ["Support", ["trent@acme.example", "rosalind@acme.example", "linus@acme.example"]],
      ["Escalations", ["grace@acme.example", "rosalind@acme.example"]],
    ]);
    expect(tenant.requests()).toEqual([
      "GET /groups?exclude_deleted=true&page[size]=100",
      "GET /job_statuses?page[size]=100",
      "GET /group_memberships?include=users&page[size]=100",
    ]);
  });

  test("group by group where that costs less than going on", async () => {
    const tenant = connected();
    const people = await team(tenant, 300);
    for (const name of ["one", "two"]) {
      const members = Object.keys(people);
      await tenant.hands().create("group", { name, members }, context(people));
    }
    tenant.requests();
    const live = await byKey(tenant.view(), "group", "Escalations", "members");
    expect(live.spec.members).toEqual(["grace@acme.example", "rosalind@acme.example"]);
    expect(tenant.requests().filter((line) => line.includes("memberships"))).toEqual([
      "GET /group_memberships?include=users&page[size]=100",
      `GET /groups/${live.id}/memberships?include=users&page[size]=100`,
    ]);
  });

  test("where no members are asked for, nobody is", async () => {
    const tenant = connected();
    await byKey(tenant.view(), "group", "Support", "name");
    expect(tenant.requests()).toEqual(["GET /groups?exclude_deleted=true&page[size]=100"]);
  });
});
