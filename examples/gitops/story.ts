import { idIn, liveOf } from "../demo-hands.ts";
import type { Stage, Story } from "../demo-stage.ts";

const LINUS = "    - ada@acme.example # owns the platform\n    - linus@acme.example";

export const gitOps: Story = {
  about: "a change of access as a pull request: shown, approved, rebased, merged, applied, drifted and adopted",

  async play(stage) {
    const { tell, say, accord } = stage;

    tell("1. A stack in a repository on an emulated GitHub. Cleo is security; Ada and Ben may write, too");
    await accord(0, "init", "--sandbox", "--example", "gitops", "--quiet");
    const forge = await stage.onGitHub(["ada", "ben", "cleo"]);
    await forge.push("ada", "main", "Begin");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");

    tell("2. Ada opens a pull request: Linus is to join production. A job plans it, and says what it takes");
    await forge.git("checkout", "--quiet", "-b", "linus");
    await stage.edit("production.yaml", "    - ada@acme.example # owns the platform", LINUS);
    await forge.push("ada", "linus", "Linus joins production");
    const number = await forge.as("ada").open({ branch: "linus", title: "Linus joins production" });
    await forge.job(3, "plan", { event: "pull_request_target", number });
    say(`the comment opens: ${headline(await forge.comment(number))}`);

    tell("3. Ben approves, which is not enough; then Cleo does");
    await forge.as("ben").approve(number);
    await forge.job(3, "plan", { event: "pull_request_target", number, action: "synchronize" });
    say(`with Ben: ${headline(await forge.comment(number))}`);
    await forge.as("cleo").approve(number);
    await forge.job(0, "plan", { event: "pull_request_target", number, action: "synchronize" });
    say(`with Cleo: ${headline(await forge.comment(number))}`);

    tell("4. Main moves on, and the branch is rebased: it comes to the same, so that the approvals hold");
    await forge.git("checkout", "--quiet", "main");
    await forge.push("ben", "main", "Somebody else's change");
    await forge.git("checkout", "--quiet", "linus");
    await forge.git("-c", "user.name=ada", "-c", "user.email=ada@acme.example", "rebase", "--quiet", "main");
    await forge.git("push", "--quiet", "--force", "origin", "linus");
    await forge.job(0, "plan", { event: "pull_request_target", number, action: "synchronize" });
    say(`after the rebase: ${headline(await forge.comment(number))}`);

    tell("5. Merged: a job plans once more from live, finds nothing beyond what was approved, and applies it");
    await forge.as("ada").merge(number);
    await forge.git("checkout", "--quiet", "main");
    await forge.git("pull", "--quiet", "origin", "main");
    await forge.job(0, "apply", { event: "push" });
    await show(stage);

    tell("6. At night somebody lets Mallory in by hand. The scheduled job opens an issue");
    await stage.byHand(async ({ ask, view }) => {
      const { id } = await liveOf(await view("okta"), "group", "production", []);
      const user = idIn(await ask("okta", "GET", "/api/v1/users/mallory@acme.example"));
      await ask("okta", "PUT", `/api/v1/groups/${id}/users/${user}`);
    });
    await accord(0, "sandbox", "tick", "--by", "2m");
    await forge.job(2, "drift", { event: "schedule" });
    for (const title of await forge.issues()) say(`open: ${title}`);

    tell("7. It turns out to be right: the documents are made to say so, and that is reviewed like any change");
    await forge.git("checkout", "--quiet", "-b", "mallory");
    await accord(0, "drift", "--sandbox", "--adopt", "--quiet");
    await forge.push("ben", "mallory", "Mallory may stay");
    const adopting = await forge.as("ben").open({ branch: "mallory", title: "Mallory may stay" });
    await forge.job(0, "plan", { event: "pull_request_target", number: adopting });
    await forge.as("ben").merge(adopting);
    await forge.git("checkout", "--quiet", "main");
    await forge.git("pull", "--quiet", "origin", "main");
    await forge.job(0, "apply", { event: "push" });
    await forge.job(0, "drift", { event: "schedule" });
    say(`open issues: ${(await forge.issues()).length}`);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");
    await accord(0, "verify", "--sandbox");

    tell("The comment on the first pull request, as it stands now");
    stage.show(await forge.comment(number));
  },
};

function headline(comment: string): string {
  return /^## (.*)$/m.exec(comment)?.[1] ?? comment;
}

async function show(stage: Stage): Promise<void> {
  const members = await stage.byHand(async ({ view }) => {
    const { spec } = await liveOf(await view("okta"), "group", "production", ["members"]);
    return Array.isArray(spec.members) ? spec.members.map(String).sort().join(", ") : "";
  });
  stage.say(`in production: ${members}`);
}
