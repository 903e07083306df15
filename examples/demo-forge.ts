/** ⇄ A story's stack on an emulated GitHub: pushed to with git, reviewed by people, looked at by jobs. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git } from "../engine/git.ts";
import { type GithubEmulator, githubEmulator } from "../engine/sandbox/github/emulator.ts";
import type { Occasion } from "../engine/sandbox/github/occasion.ts";
import type { Person } from "../engine/sandbox/github/person.ts";
import type { Job } from "../engine/sandbox/github/run.ts";
import type { StageOptions } from "./demo-stage.ts";

export interface Forge {
  readonly hub: GithubEmulator;
  as(login: string): Person;
  /** Git in the stack's directory, printed. */
  git(...args: readonly string[]): Promise<string>;
  /** Commits everything that changed, as somebody, and pushes the branch. */
  push(login: string, branch: string, message: string, ...more: readonly string[]): Promise<void>;
  /** A step of the flow as a workflow's job would run it; it has to end with this exit code. */
  job(
    expected: number,
    step: "plan" | "apply" | "drift",
    occasion: Occasion,
    ...more: readonly string[]
  ): Promise<void>;
  /** Accord's comment on a pull request, as it reads now. */
  comment(number: number): Promise<string>;
  /** Accord's open issues: their titles. */
  issues(): Promise<readonly string[]>;
}

const PERMISSIONS: Parameters<GithubEmulator["job"]>[1]["permissions"] = {
  contents: "write",
  "pull-requests": "write",
  checks: "write",
  issues: "write",
  actions: "read",
};

export async function openForge(stage: StageOptions, logins: readonly string[]): Promise<Forge> {
  const { directory, clock, run, print, paint } = stage;
  // Below .git nothing is tracked, and it goes with the story.
  const place = await made(join(directory, ".git", "github"));
  const env = { PATH: process.env.PATH, HOME: place };
  const hub = await stage.open((apiUrl) => githubEmulator({ clock, directory: place, env, apiUrl }));
  for (const login of logins) {
    hub.person({ login, role: "write", name: login, emails: [`${login}@acme.example`] });
  }
  const quiet = async (...args: readonly string[]): Promise<string> =>
    (await git(directory, args, { env })).text.trim();
  await quiet("init", "--quiet", "--initial-branch=main");
  // Emulated tenants and their state are this directory's, whatever branch it is on.
  await writeFile(join(directory, ".git", "info", "exclude"), ".accord/\n");
  await quiet("remote", "add", "origin", hub.remote);
  let jobs = 0;

  const forge: Forge = {
    ...{ hub, as: (login: string) => hub.as(login) },
    async git(...args) {
      print(`${paint?.dim("$") ?? "$"} git ${args.join(" ")}\n`);
      return quiet(...args);
    },
    async push(login, branch, message, ...more) {
      print(
        `${paint?.dim("$") ?? "$"} git commit -m ${JSON.stringify(message)} && git push origin ${branch}  (${login})\n`,
      );
      await quiet("add", "--all", ".");
      const as = ["-c", `user.name=${login}`, "-c", `user.email=${login}@acme.example`];
      await quiet(...as, "commit", "--quiet", "--allow-empty", "-m", message);
      await quiet("push", "--quiet", ...more, "origin", branch);
    },
    async job(expected, step, occasion, ...more) {
      jobs += 1;
      const job = await hub.job(occasion, {
        directory: await made(join(place, `job-${jobs}`)),
        permissions: PERMISSIONS,
      });
      const argv = ["ci", step, "--sandbox", "--quiet", ...more];
      print(`${paint?.dim("$") ?? "$"} accord ${argv.join(" ")}  (on ${occasion.event})\n`);
      const code = await run(argv, { ...job.env, ACCORD_STATE_KEY: "a key that only the base branch's workflows get" });
      if (code !== expected) throw new Error(`accord ${argv.join(" ")} ended with ${code}, not ${expected}`);
      await upload(hub, job);
    },
    async comment(number) {
      const all = rows(await hub.as(logins[0] ?? "").send("GET", `/issues/${number}/comments`));
      return String(all.map(({ body }) => body).find((body) => String(body).startsWith("<!-- accord")) ?? "");
    },
    async issues() {
      const all = rows(await hub.as(logins[0] ?? "").send("GET", "/issues?state=open&labels=accord%20drift"));
      return all.map(({ title }) => String(title));
    },
  };
  return forge;
}

/** The step after a plan: `actions/upload-artifact`, with what the command has said. */
async function upload(hub: GithubEmulator, { id, env, started }: Job): Promise<void> {
  const said = await readFile(env.GITHUB_OUTPUT ?? "", "utf8");
  const outputs = new Map(said.split("\n").map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
  const [name = "", directory = ""] = [outputs.get("artifact"), outputs.get("directory")];
  if (name === "") return;
  const files = await Promise.all(
    (await readdir(directory)).map(async (file) => [file, await readFile(join(directory, file))] as const),
  );
  hub.upload({
    ...{ name, files: Object.fromEntries(files), run: id },
    ...{ branch: started.pull?.base ?? "main", sha: started.sha },
  });
}

async function made(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  return directory;
}

function rows(answer: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(answer) ? answer : [];
}
