/**
 * A company whose stack lives on GitHub: a repository that is really pushed to, people who open, review and merge, and
 * jobs that run the commands in checkouts of their own, as the workflows do.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { git } from "../../engine/git.ts";
import { type GithubEmulator, githubEmulator } from "../../engine/sandbox/github/emulator.ts";
import type { Occasion } from "../../engine/sandbox/github/occasion.ts";
import type { Person } from "../../engine/sandbox/github/person.ts";
import type { Job } from "../../engine/sandbox/github/run.ts";
import { type Company, company } from "./company.ts";
import type { Said } from "./run.ts";

export interface Forge extends Company {
  readonly hub: GithubEmulator;
  /** Author of most changes; may write. */
  readonly ada: Person;
  /** May write; in no team. */
  readonly ben: Person;
  /** May write; in team security. */
  readonly cleo: Person;
  /** Commits files onto a branch and pushes it; null removes one. The branch begins at main, or at `from`. */
  push(branch: string, files: Readonly<Record<string, string | null>>, options?: PushOptions): Promise<string>;
  /** Runs a step of the flow as a job would, in a fresh checkout of main. */
  ci(step: "plan" | "apply" | "drift", occasion: Occasion, ...more: readonly string[]): Promise<JobSaid>;
  /** Body of the one comment of a pull request; throws where there are more. */
  comment(number: number): Promise<string | undefined>;
  /** Somebody with the right to writes over it, or takes it away. */
  rewriteComment(number: number, body: string | undefined): Promise<void>;
  /** Hears every request to a tenant. */
  onRequest(hear: (request: Request) => void): void;
  /** Does something right before the next write to a tenant; resolves when that is done. */
  onWrite(work: () => Promise<unknown>): Promise<void>;
  /** Git in Ada's clone. */
  git(...args: readonly string[]): Promise<string>;
}

export interface PushOptions {
  readonly as?: string;
  readonly from?: string;
  readonly force?: boolean;
}

export interface JobSaid extends Said {
  readonly env: Readonly<Record<string, string>>;
}

const STATE_KEY = "a state key that is long enough";

export interface ForgeOptions {
  /** Lines of accord.yaml beside what every stack here has. */
  readonly settings?: string;
  /** Further files of the first commit. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function forge(documents: string, options: ForgeOptions = {}): Promise<Forge> {
  const settings = `state: { backend: git }\n${options.settings ?? ""}`;
  const acme = await company(documents, { settings });
  const place = await mkdtemp(join(tmpdir(), "accord-forge-"));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const gitEnv = { PATH: process.env.PATH, HOME: place };
  const hub = await githubEmulator({ clock: acme.clock, directory: join(place, "hub"), env: gitEnv });
  // Artifacts lie with another host, as GitHub's do.
  const isHub = (url: string): boolean => url.startsWith(hub.apiUrl) || /\.blob\.core\.windows\.net\//.test(url);
  let heard = (_request: Request): void => undefined;
  let atWrite: (() => Promise<void>) | undefined;
  acme.between((request, pass) => {
    if (isHub(request.url)) return hub.fetch(request);
    heard(request);
    const work = atWrite;
    if (work === undefined || request.method === "GET" || request.url.includes("/oauth2/")) return pass(request);
    atWrite = undefined;
    return work().then(() => pass(request));
  });
  for (const login of ["ada", "ben", "cleo"]) {
    hub.person({ login, role: "write", name: login, emails: [`${login}@acme.example`] });
  }
  const person = (login: string): Person => hub.as(login);
  hub.team("acme/security", ["cleo"]);
  const clone = acme.directory;
  const run = async (...args: readonly string[]): Promise<string> =>
    (await git(clone, args, { env: gitEnv })).text.trim();
  const commit = (as: string, message: string): Promise<string> =>
    run(
      "-c",
      `user.name=${as}`,
      "-c",
      `user.email=${as}@acme.example`,
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      message,
    );
  await run("init", "--quiet", "--initial-branch=main");
  await run("remote", "add", "origin", hub.remote);
  await acme.write(".gitignore", ".accord/\n");
  for (const [path, text] of Object.entries(options.files ?? {})) await acme.write(path, text);
  await run("add", ".");
  await commit("ada", "Begin");
  await run("push", "--quiet", "origin", "main");

  const ours = async (number: number): Promise<{ readonly id: number; readonly body: string } | undefined> => {
    const all = await person("ada").send("GET", `/issues/${number}/comments`);
    const found = (all as readonly { readonly id: number; readonly body: string }[]).filter(({ body }) =>
      body.startsWith("<!-- accord"),
    );
    if (found.length > 1) throw new Error(`${found.length} comments`);
    return found[0];
  };
  let jobs = 0;
  return {
    ...acme,
    ...{ hub, git: run },
    ...{ ada: person("ada"), ben: person("ben"), cleo: person("cleo") },
    async push(branch, files, { as = "ada", from = "origin/main", force = false } = {}) {
      await run("fetch", "--quiet", "origin");
      const known = await run("branch", "--list", branch);
      if (force || known === "" || branch === "main") await run("checkout", "--quiet", "-B", branch, from);
      else await run("checkout", "--quiet", branch);
      for (const [path, text] of Object.entries(files)) {
        if (text === null) await rm(join(clone, path));
        else {
          await mkdir(dirname(join(clone, path)), { recursive: true });
          await writeFile(join(clone, path), text);
        }
      }
      await run("add", "--all", ".");
      await commit(as, `Change ${Object.keys(files).join(", ")}`);
      await run("push", "--quiet", ...(force ? ["--force"] : []), "origin", branch);
      return run("rev-parse", "HEAD");
    },
    async ci(step, occasion, ...more) {
      jobs += 1;
      const directory = join(place, `job-${jobs}`);
      const job = await hub.job(occasion, {
        directory,
        permissions: {
          ...{ contents: "write", "pull-requests": "write", checks: "write", issues: "write", actions: "read" },
        },
      });
      const checkout = join(directory, "checkout");
      await git(directory, ["clone", "--quiet", hub.remote, checkout], { env: gitEnv });
      const env = { ...acme.env, ...gitEnv, ...job.env, ACCORD_STATE_KEY: STATE_KEY } as Record<string, string>;
      const said = await acme.as({ env, actor: `github:acme/access run ${job.id}` })(
        "ci",
        step,
        "--dir",
        checkout,
        ...more,
      );
      await uploaded(hub, job);
      // Nobody reviews within the second in which a plan was shown.
      await acme.clock.sleep(2_000);
      return { ...said, env };
    },
    onWrite: (work) =>
      new Promise((resolve, reject) => {
        atWrite = () => work().then(() => resolve(), reject);
      }),
    onRequest(hear) {
      heard = hear;
    },
    async comment(number) {
      return (await ours(number))?.body;
    },
    async rewriteComment(number, body) {
      const path = `/issues/comments/${(await ours(number))?.id}`;
      await (body === undefined ? person("ada").send("DELETE", path) : person("ada").send("PATCH", path, { body }));
    },
  };
}

/** The step after it: `actions/upload-artifact` with what the command has told it. */
async function uploaded(hub: GithubEmulator, { id, env, started }: Job): Promise<void> {
  const told = await readFile(env.GITHUB_OUTPUT ?? "", "utf8");
  const outputs = Object.fromEntries(told.split("\n").map((line) => line.split("=", 2)));
  if ((outputs.artifact ?? "") === "") return;
  const names = await readdir(outputs.directory);
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(outputs.directory, name))] as const),
  );
  const branch = started.pull?.base ?? "main";
  hub.upload({ name: outputs.artifact, files: Object.fromEntries(files), branch, sha: started.sha, run: id, days: 1 });
}
