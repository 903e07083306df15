import { liveOf } from "../demo-hands.ts";
import type { Stage, Story } from "../demo-stage.ts";

const DAY = 24 * 60 * 60_000;

export const separationOfDuties: Story = {
  about: "nobody both enters and releases a payment, by whatever way, and exceptions to that end by themselves",

  async play(stage) {
    const { tell, accord } = stage;

    tell("1. A stack in an empty directory, on an emulated Entra tenant, with a pair of duties under policies/");
    await accord(0, "init", "--sandbox", "--example", "separation-of-duties", "--quiet");
    await accord(0, "validate");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");
    await show(stage);

    tell("2. Grace goes on leave, and Ada is to release payments: she enters them too, through a group in a group");
    await stage.edit(
      "payments.yaml",
      "members: [grace@acme.example]",
      "members: [grace@acme.example, ada@acme.example]",
    );
    await accord(3, "plan", "--sandbox");

    tell("3. The CFO answers for an exception that ends in two days: the plan passes, and says so");
    await stage.edit("policies/payments.yaml", "exceptions: []", `exceptions:\n      - ${await exception(stage)}`);
    await accord(0, "plan", "--sandbox", "--out", "plan.json");

    tell("4. Nobody applies it in time. Three days on it is denied again: the saved plan, and a new one");
    await accord(0, "sandbox", "tick", "--by", "3d");
    await accord(3, "apply", "plan.json", "--sandbox", "--yes");
    await accord(3, "plan", "--sandbox", "--quiet");

    tell("5. The right way: Ada leaves finance in the same plan. Who may not hold both is let go first, then taken in");
    await stage.edit(
      "payments.yaml",
      "members: [ada@acme.example, linus@acme.example]",
      "members: [linus@acme.example]",
    );
    await accord(2, "plan", "--sandbox", "--detailed-exitcode");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");
    await accord(0, "sandbox", "tick", "--by", "15m");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");
  },
};

/** Ends two days from now, where now is the tenants' time. */
async function exception(stage: Stage): Promise<string> {
  const expires = await stage.byHand(async ({ tenants }) =>
    new Date(tenants.now() + 2 * DAY).toISOString().slice(0, 10),
  );
  return `{ people: [ada@acme.example], owner: cfo@acme.example, reason: Grace is away, ticket: FIN-12, expires: ${expires} }`;
}

async function show(stage: Stage): Promise<void> {
  const facts = await stage.byHand(async ({ view }) => {
    const entra = await view("entra");
    const lines: string[] = [];
    for (const group of ["Finance", "Payments release"]) {
      const { spec } = await liveOf(entra, "group", group, ["members"]);
      const members = Array.isArray(spec.members) ? spec.members.map(String).sort() : [];
      lines.push(`in ${group}: ${members.join(", ")}`);
    }
    return lines;
  });
  for (const fact of facts) stage.say(fact);
}
