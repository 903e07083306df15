import type { Emulator } from "../../providers/shared/emulator.ts";
import type { ZendeskEmulator } from "../../providers/zendesk/emulator.ts";
import { type Hands, idIn, liveOf } from "../demo-hands.ts";
import type { Stage, Story } from "../demo-stage.ts";

const QUEUE = "Tier 2";

export const zendeskSupport: Story = {
  about: "Okta says who is tier 2, C1 carries it into Zendesk, and what tier 2 may do there is in Git",

  async play(stage) {
    const { tell, accord, byHand } = stage;

    tell("1. A stack in an empty directory, on emulated Okta, Zendesk and ConductorOne tenants");
    await accord(0, "init", "--sandbox", "--example", "zendesk-support", "--quiet");
    await accord(0, "validate");
    await accord(0, "doctor", "--sandbox", "--quiet");

    tell("2. A queue, a role, a connector: what would change? Save it, then do exactly that");
    await accord(0, "plan", "--sandbox", "--quiet", "--out", "plan.json");
    await accord(0, "apply", "plan.json", "--sandbox", "--yes", "--quiet");
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("3. Three hours on: Okta's rule has found the senior engineers, ConductorOne has let them into Zendesk");
    await accord(0, "sandbox", "tick", "--by", "3h");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("4. Trent is in a hurry: by hand, in Zendesk, he puts Linus into the queue and lets its role delete tickets");
    await byHand(hurry);
    await byHand((hands) => assign(hands, "linus@acme.example"));
    await show(stage);
    await accord(2, "drift", "--sandbox", "--quiet");

    tell("5. Apply puts it right, and says beforehand what becomes of Linus's ticket");
    await accord(0, "apply", "--sandbox", "--yes");
    await accord(0, "sandbox", "tick", "--by", "15m");
    await show(stage);

    tell("6. Ada takes the queue over from Rosalind: one line in Git, and the plan says what becomes of the tickets");
    await byHand((hands) => assign(hands, "rosalind@acme.example"));
    await stage.edit("zendesk.yaml", "members: [rosalind@acme.example]", "members: [ada@acme.example]");
    await accord(2, "plan", "--sandbox", "--detailed-exitcode");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");

    tell("7. The right way in: HR makes Linus a senior engineer, and nothing in Git changes");
    await byHand((hands) => promote(hands, "linus@acme.example", "Senior SRE"));
    await accord(0, "sandbox", "tick", "--by", "3h");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");
  },
};

/** Who is in the queue and why, with which role, and with how many tickets to work on. */
async function show(stage: Stage): Promise<void> {
  const facts = await stage.byHand(async ({ tenants, view }) => {
    const zendesk = await view("zendesk");
    const { id, spec } = await liveOf(zendesk, "group", QUEUE, ["members"]);
    const reasons = new Map<string, string>();
    for await (const { names, reason } of (await view("c1")).grants("entitlement", [id])) {
      for (const name of names) reasons.set(name.toLowerCase(), reason);
    }
    const { tickets, users, roles } = zendeskOf(tenants.emulators.get("zendesk")).memory;
    const members = Array.isArray(spec.members) ? spec.members.map(String) : [];
    const listed = await stage.read("zendesk.yaml");
    const why = (login: string): string =>
      reasons.get(login) ?? (listed.includes(`members: [${login}]`) ? "listed in Git" : "nobody knows why");
    const lines = members.map((login) => {
      const user = users.find(({ identities }) => identities.some(({ value }) => value === login));
      const role = roles.find((one) => one.id === user?.customRoleId)?.name ?? "no custom role";
      const open = tickets.filter(({ groupId, assigneeId }) => groupId === id && assigneeId === user?.id).length;
      const work = open === 0 ? "" : `, ${open} ticket${open === 1 ? "" : "s"}`;
      return `in ${QUEUE}: ${login} (${why(login)}), ${role}${work}`;
    });
    const orphans = tickets.filter(({ groupId, assigneeId }) => groupId === id && assigneeId === null).length;
    return orphans === 0
      ? lines
      : [...lines, `in ${QUEUE}: ${orphans} ticket${orphans === 1 ? "" : "s"} without anybody`];
  });
  for (const fact of facts) stage.say(fact);
}

/** As an administrator would in Zendesk's console. */
async function hurry({ view, ask }: Hands): Promise<void> {
  const zendesk = await view("zendesk");
  const group = await liveOf(zendesk, "group", QUEUE, []);
  const role = await liveOf(zendesk, "custom-role", QUEUE, []);
  const linus = await liveOf(zendesk, "agent", "linus@acme.example", []);
  const membership = { user_id: Number(linus.id), group_id: Number(group.id) };
  await ask("zendesk", "POST", "/api/v2/group_memberships", { group_membership: membership });
  const configuration = { ticket_deletion: true };
  await ask("zendesk", "PUT", `/api/v2/custom_roles/${role.id}`, { custom_role: { configuration } });
}

/** A customer's question comes in, and an agent takes it. */
async function assign({ tenants, view }: Hands, login: string): Promise<void> {
  const zendesk = await view("zendesk");
  const group = await liveOf(zendesk, "group", QUEUE, []);
  const agent = await liveOf(zendesk, "agent", login, []);
  const { tickets, users } = zendeskOf(tenants.emulators.get("zendesk")).memory;
  tickets.push({
    id: String(tickets.length + 1),
    assigneeId: agent.id,
    groupId: group.id,
    organizationId: null,
    requesterId: users.at(-1)?.id ?? agent.id,
    status: "open",
  });
}

/** In the profile that HR feeds. */
async function promote({ ask }: Hands, login: string, title: string): Promise<void> {
  const user = idIn(await ask("okta", "GET", `/api/v1/users/${login}`));
  await ask("okta", "POST", `/api/v1/users/${user}`, { profile: { title } });
}

/** Tickets are not among what the emulated API answers. */
function zendeskOf(emulator: Emulator | undefined): ZendeskEmulator {
  const isZendesk = (one: Emulator): one is ZendeskEmulator => "memory" in one && one.host.includes("zendesk");
  if (emulator !== undefined && isZendesk(emulator)) return emulator;
  throw new Error("there is no Zendesk here");
}
