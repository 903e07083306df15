import { ACME_SCHEDULE_ID } from "../../providers/shared/acme.ts";
import { type Hands, idIn, liveOf } from "../demo-hands.ts";
import type { Stage, Story } from "../demo-stage.ts";

const GROUP = "prod-breakglass";

export const onCall: Story = {
  about: "whoever is on call can reach production, nobody else can, and it is all in Git",

  async play(stage) {
    const { tell, accord } = stage;

    tell("1. A stack in an empty directory, on emulated Okta, ConductorOne and PagerDuty tenants");
    await accord(0, "init", "--sandbox", "--example", "on-call", "--quiet");
    await accord(0, "doctor", "--sandbox", "--quiet");

    tell("2. What would change, and for whom? Save it, then do exactly that");
    await accord(0, "plan", "--sandbox", "--quiet", "--out", "plan.json");
    await accord(0, "apply", "plan.json", "--sandbox", "--yes", "--quiet");
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("3. Ada is on call. Three hours on, ConductorOne has synced and its automation has run");
    await accord(0, "sandbox", "tick", "--by", "3h");
    await show(stage);

    tell("4. Grace takes the pager from Ada: an override in PagerDuty, and nothing in Git changes");
    await stage.byHand((hands) => takePager(hands, "grace@acme.example"));
    await accord(0, "sandbox", "tick", "--by", "3h");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("5. Trent adds Mallory to the production group by hand");
    await stage.byHand((hands) => addToGroup(hands, "mallory@acme.example"));
    await accord(2, "drift", "--sandbox", "--quiet");

    tell("6. Apply puts it right: Mallory goes, Grace stays, because ConductorOne says why she is there");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("7. A year later, somebody asks");
    await accord(0, "history", "--quiet");
    await accord(0, "verify", "--quiet");
  },
};

/** Who is in the Okta group, and what ConductorOne says about it. */
async function show(stage: Stage): Promise<void> {
  const facts = await stage.byHand(async ({ view }) => {
    const { id, spec } = await liveOf(await view("okta"), "group", GROUP, ["members"]);
    const reasons = new Map<string, string>();
    for await (const { names, reason } of (await view("c1")).grants("entitlement", [id])) {
      for (const name of names) reasons.set(name.toLowerCase(), reason);
    }
    const members = Array.isArray(spec.members) ? spec.members.map(String) : [];
    return members.map((login) => `in ${GROUP}: ${login} (${reasons.get(login.toLowerCase()) ?? "nobody knows why"})`);
  });
  for (const fact of facts.length === 0 ? [`in ${GROUP}: nobody`] : facts) stage.say(fact);
}

/** Until tomorrow, as a person would in PagerDuty. */
async function takePager({ tenants, ask }: Hands, login: string): Promise<void> {
  const user = idIn(await ask("pagerduty", "GET", `/users?query=${login}`), "users");
  const start = new Date(tenants.now()).toISOString();
  const end = new Date(tenants.now() + 86_400_000).toISOString();
  const override = { start, end, user: { id: user, type: "user_reference" } };
  await ask("pagerduty", "POST", `/schedules/${ACME_SCHEDULE_ID}/overrides`, { overrides: [override] });
}

/** As a person would in Okta's console. */
async function addToGroup({ view, ask }: Hands, login: string): Promise<void> {
  const { id } = await liveOf(await view("okta"), "group", GROUP, []);
  const user = idIn(await ask("okta", "GET", `/api/v1/users/${login}`));
  await ask("okta", "PUT", `/api/v1/groups/${id}/users/${user}`);
}
