/** ⇄ What a look at a pull request comes to, for everybody to see: one comment, a check run, and the plans as files. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOf } from "../../gitops/check.ts";
import { commentOf } from "../../gitops/comment.ts";
import type { GitHub, Pull } from "../../gitops/github.ts";
import { CHECK, deltaFile } from "../../gitops/hearing.ts";
import { sealText } from "../../gitops/keeping.ts";
import { isOurs } from "../../gitops/marker.ts";
import type { Outlook } from "../../gitops/model.ts";
import { sealFor } from "../../gitops/showing.ts";
import type { When } from "../../gitops/what-next.ts";
import { encodePlan } from "../../plan/file.ts";
import type { PullLook } from "./flow-plan.ts";
import type { Look } from "./look.ts";
import type { Session } from "./session.ts";

/**
 * In this order: the files, then the comment, then the check run that says what was to be seen from then on. An approval
 * between them counts for what was shown before.
 */
export async function publish(session: Session, look: PullLook): Promise<void> {
  const { github, mask } = session;
  const { pull, outlooks, remarks, showings } = look;
  const seal = sealFor(session.invocation.world.env.ACCORD_STATE_KEY, github.repository, pull.number);
  await keep(session, look);
  const common = {
    ...{ outlooks, commit: pull.head.commit, base: pull.base.branch, remarks },
    when: whenOf(look.looks),
    ...(session.run === undefined ? {} : { run: session.run }),
    ...(look.looks.length === 0 ? {} : { artifact: look.artifact }),
  };
  const comment = mask(commentOf(common));
  await upsertComment(github, pull, comment, { create: outlooks.length > 0 });
  // Not before: whoever approved until then has read what stood there.
  const at = new Date(session.invocation.world.clock.now()).toISOString();
  await summarise(session, comment);
  const check = checkOf(common);
  await github.createCheck({
    ...check,
    ...{ name: CHECK, commit: pull.head.commit, summary: mask(check.summary) },
    text: showings.map((showing) => seal.sign({ ...showing, at })).join("\n"),
  });
}

/** When the most careful of its stacks is applied. */
export function whenOf(looks: readonly Look[]): When {
  const all = new Set(looks.map(({ workspace }) => workspace.stack.ci.apply));
  return all.has("comment") ? "on-command" : all.has("queue") ? "in-queue" : "on-merge";
}

/** The oldest of ours is the one; another run may just have written one too, or somebody may have taken it away. */
export async function upsertComment(
  github: GitHub,
  pull: Pick<Pull, "number">,
  body: string,
  { create } = { create: true },
): Promise<void> {
  const ours = async () => (await github.comments(pull.number)).filter((one) => one.ours && isOurs(one.body));
  const [first, ...more] = await ours();
  for (const { id } of more) await github.deleteComment(id);
  if (first !== undefined && (first.body === body || (await github.updateComment(first.id, body)))) return;
  if (!create) return;
  await github.createComment(pull.number, body);
  const [oldest, ...later] = await ours();
  if (oldest === undefined || later.length === 0) return;
  // Two runs at once have each seen none: the older comment stays, with what was said last.
  await github.updateComment(oldest.id, body);
  for (const { id } of later) await github.deleteComment(id);
}

/** The same on the page of the workflow run. */
export async function summarise({ invocation }: Session, markdown: string): Promise<void> {
  const file = invocation.world.env.GITHUB_STEP_SUMMARY;
  if (file !== undefined && file !== "") await appendFile(file, markdown);
}

/** Saved plans and deltas, where the workflow takes them from, and its outputs. */
async function keep(session: Session, { looks, artifact, outlooks }: PullLook): Promise<void> {
  const { world, arguments: given } = session.invocation;
  const { env, cwd } = world;
  const directory =
    given.text("out-dir") ?? (env.RUNNER_TEMP === undefined ? undefined : join(env.RUNNER_TEMP, "accord"));
  if (directory !== undefined && looks.length > 0) {
    const into = join(directory.startsWith("/") ? "" : cwd, directory);
    await mkdir(into, { recursive: true });
    for (const { target, workspace, made, delta } of looks) {
      const close = async (text: string): Promise<string> =>
        workspace.stack.ci.encrypt ? sealText(text, env.ACCORD_STATE_KEY ?? "") : text;
      const plan = encodePlan(made.plan, workspace.version);
      await writeFile(join(into, planFile(target)), await close(plan));
      await writeFile(join(into, deltaFile(delta.digest)), await close(JSON.stringify({ elements: delta.elements })));
    }
  }
  if (env.GITHUB_OUTPUT === undefined) return;
  const outputs = {
    directory: directory ?? "",
    artifact: looks.length === 0 ? "" : artifact,
    outcome: outcomeOf(outlooks),
  };
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await appendFile(env.GITHUB_OUTPUT, lines.join(""));
}

function planFile({ directory, stack, environment }: Look["target"]): string {
  return `${[...directory.split("/"), stack, environment].filter((part) => part !== "").join("--")}.plan.json`;
}

/** In a word, for the steps after this one. */
export function outcomeOf(outlooks: readonly Outlook[]): "failed" | "denied" | "waiting" | "allowed" {
  if (outlooks.some(({ kind }) => kind === "failed")) return "failed";
  const planned = outlooks.flatMap((one) => (one.kind === "planned" ? [one] : []));
  const denied = planned.some(({ plan }) =>
    plan.verdicts.some(({ outcome, overridden }) => outcome === "deny" && overridden === undefined),
  );
  if (denied) return "denied";
  return planned.every(({ standing }) => standing.met) && outlooks.every(({ kind }) => kind !== "withheld")
    ? "allowed"
    : "waiting";
}
