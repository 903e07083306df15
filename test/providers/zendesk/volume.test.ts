/** An account of the size that people have: what reading all of it takes (zendesk.md §1.5). */
import { expect, test } from "vitest";
import { all } from "../../support/asked.ts";
import { connected } from "./connected.ts";

const [GROUPS, AGENTS, MEMBERSHIPS] = [300, 5_000, 20_000];

test("300 groups, 5,000 agents and 20,000 memberships are read page by page, each page once", async () => {
  const tenant = connected();
  const { memory } = tenant;
  const [user, group] = [memory.users.find(({ role }) => role === "agent"), memory.groups[1]];
  if (user === undefined || group === undefined) throw new Error("the seed is empty");
  const createdAt = group.createdAt;
  for (let n = 1; n <= AGENTS; n += 1) {
    const value = `agent-${n}@acme.example`;
    const identities = [{ id: `8${n}`, type: "email", value, primary: true, verified: true, createdAt }];
    memory.users.push({ ...user, id: `7000${n}`, name: `Agent ${n}`, identities, indexed: [value] });
  }
  for (let n = 1; n <= GROUPS; n += 1) memory.groups.push({ ...group, id: `6000${n}`, name: `Group ${n}` });
  for (let n = 0; n < MEMBERSHIPS; n += 1) {
    const [userId, ofId] = [`7000${(n % AGENTS) + 1}`, `6000${(Math.floor(n / 7) % GROUPS) + 1}`];
    memory.groupMemberships.push({ id: `5000${n}`, userId, ofId, default: n < AGENTS, createdAt });
  }

  const view = tenant.view();
  const groups = await all(view.list("group", { objects: [], everything: true }));
  const agents = await all(view.list("agent", { objects: [], everything: true }));
  expect([groups.length, agents.length]).toEqual([memory.groups.length, AGENTS + 4]);
  const members = groups.flatMap(({ spec }) => (Array.isArray(spec.members) ? spec.members : []));
  expect(members).toHaveLength(memory.groupMemberships.length);

  const pages = (rows: number): number => Math.ceil(rows / 100);
  const floor = pages(memory.groups.length) + pages(memory.groupMemberships.length) + pages(AGENTS + 4);
  // One more: whether a job is under way.
  expect(tenant.requests()).toHaveLength(floor + 1);
});
