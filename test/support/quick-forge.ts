/**
 * The pull-request flow with nothing slow around it: Git in memory, emulated tenants and GitHub in this process, state in
 * files. The steps are the real ones, from the event to the last request. Made once, it begins anew as often as wanted.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArguments } from "../../engine/cli/arguments.ts";
import { runApply } from "../../engine/cli/ci/run-apply.ts";
import { runPlan } from "../../engine/cli/ci/run-plan.ts";
import type { Session } from "../../engine/cli/ci/session.ts";
import { ci } from "../../engine/cli/commands/ci.ts";
import { composed } from "../../engine/cli/compose.ts";
import type { Invocation } from "../../engine/cli/invocation.ts";
import { voiceOf } from "../../engine/cli/voice.ts";
import type { World } from "../../engine/cli/world.ts";
import { hubEvent } from "../../engine/gitops/event.ts";
import type { Ending } from "../../engine/gitops/model.ts";
import { openGitHub } from "../../engine/gitops/octokit.ts";
import type { Clock } from "../../engine/outside.ts";
import { type Problem, ProblemError } from "../../engine/problem.ts";
import { createMask } from "../../engine/report/mask.ts";
import { type GithubEmulator, githubEmulator } from "../../engine/sandbox/github/emulator.ts";
import type { Signature } from "../../engine/sandbox/github/repository.ts";
import type { Permissions } from "../../engine/sandbox/github/rows.ts";
import { openTenants, type Tenants } from "../../engine/sandbox/tenants.ts";
import type { Holding } from "../../engine/state/backend.ts";
import { fileBackend } from "../../engine/state/file.ts";
import { emulators } from "../../providers/emulators.ts";
import type { TestClock } from "./clock.ts";
import { livingClock } from "./living-clock.ts";
import { type MemoryGit, memoryGit } from "./memory-git.ts";
import { type OktaConsole, oktaConsole } from "./okta-console.ts";
import { accordIn, type Said } from "./run.ts";

/** What started a job, as it was told then: the job itself may run much later. */
export interface Happened {
  readonly name: string;
  readonly payload: object;
}

export interface Done {
  /** Absent where the step gave up with problems. */
  readonly endings?: readonly Ending[];
  readonly outcome?: string;
  readonly problems: readonly Problem[];
}

type Fetch = (request: Request) => Promise<Response>;

export interface QuickForge {
  readonly hub: GithubEmulator;
  readonly git: MemoryGit;
  readonly clock: TestClock;
  readonly okta: OktaConsole;
  readonly tenants: Tenants;
  /** Where the state lies. */
  readonly directory: string;
  /** Commits onto a commit, and puts the branch there. */
  push(
    branch: string,
    parent: string | undefined,
    files: Readonly<Record<string, string | null>>,
    as: string,
  ): Promise<string>;
  /** `runner`: where a checkout of its own has the state; default: `directory`. */
  run(step: "plan" | "apply", happened: Happened, runner?: string): Promise<Done>;
  /** On the files of main, with the state of a runner. */
  accord(runner: string, ...argv: readonly string[]): Promise<Said>;
  /** Lies over the network of the next steps. */
  between(handler: (request: Request, pass: Fetch) => Promise<Response>): void;
  holder(runner?: string): Promise<Holding | undefined>;
  /** Every file that state consists of, by path. */
  state(): Promise<string>;
}

export interface QuickCompany {
  /** The same beginning again, with everything that happened since forgotten. */
  begin(): Promise<QuickForge>;
  remove(): Promise<void>;
}

const STATE_KEY = "a state key that is long enough";
const TOKEN: Permissions = {
  ...{ metadata: "read", contents: "read", members: "read", actions: "read" },
  ...{ pull_requests: "write", checks: "write", issues: "write" },
};

/** `files`: of main, applied before anything happens; `main.yaml` and the like beside `accord.yaml`. */
export async function quickCompany(settings: string, files: Readonly<Record<string, string>>): Promise<QuickCompany> {
  const place = await mkdtemp(join(tmpdir(), "accord-quick-"));
  const registry = await emulators();
  let saved: ReturnType<Tenants["save"]> | undefined;
  let turn = 0;

  async function opened(root: string) {
    let tick = async (_ms: number): Promise<void> => {};
    let ticked = 0;
    const clock = livingClock((ms) => tick(ms));
    const tenants = await openTenants({
      ...{ registry, names: ["okta"], clock: { now: () => clock.now() - ticked }, wall: () => clock.now() },
      saved: structuredClone(saved),
    });
    tick = async (ms) => {
      ticked += ms;
      await tenants.tick(ms);
    };
    const okta = tenants.emulators.get("okta");
    const env = { OKTA_PRIVATE_KEY: okta?.settings.privateKey ?? "", ACCORD_STATE_KEY: STATE_KEY };
    return { root, clock, tenants, okta, env };
  }

  const first = await opened(join(place, "first"));
  await mkdir(first.root);
  const all: Readonly<Record<string, string>> = {
    "accord.yaml": stackFile(first.okta?.settings.clientId ?? "", settings),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(first.root, path)), { recursive: true });
    await writeFile(join(first.root, path), text);
  }
  const { code, stderr, stdout } = await accordIn(first.root, {
    ...{ env: first.env, clock: first.clock, fetch: (request) => first.tenants.fetch(request) },
  })("apply", "--yes");
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  saved = structuredClone(first.tenants.save());

  async function begin(): Promise<QuickForge> {
    turn += 1;
    const root = join(place, `turn-${turn}`);
    await rm(join(place, `turn-${turn - 1}`), { recursive: true, force: true });
    await cp(first.root, root, { recursive: true });
    const { clock, tenants, okta, env } = await opened(root);
    // What the tenants remember is later than the clock's beginning.
    await clock.sleep(Math.max(0, first.clock.now() - clock.now()));
    const git = memoryGit();
    const hub = await githubEmulator({ ...{ clock, directory: root, env: {} }, objects: git.repository });
    const signature = (login: string): Signature => ({
      ...{ name: login, email: `${login}@acme.example` },
      date: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    });
    const push: QuickForge["push"] = async (branch, parent, changed, as) => {
      const commit = await git.commit(parent, changed, signature(as));
      await git.repository.setRef(`refs/heads/${branch}`, commit);
      return commit;
    };
    await push("main", undefined, all, "ada");

    const isHub = (url: string): boolean => url.startsWith(hub.apiUrl) || /\.blob\.core\.windows\.net\//.test(url);
    const reach: Fetch = (request) => (isHub(request.url) ? hub.fetch(request) : tenants.fetch(request));
    let handler = (request: Request, pass: Fetch): Promise<Response> => pass(request);
    let jobs = 0;

    async function run(step: "plan" | "apply", { name, payload }: Happened, runner = root): Promise<Done> {
      jobs += 1;
      const job = join(root, ".jobs", String(jobs));
      await mkdir(job, { recursive: true });
      const endings: (() => Promise<void>)[] = [];
      const secrets = new Set<string>();
      const world: World = {
        ...{ cwd: runner, clock, fetch: (request) => handler(request, reach), actor: "github:acme/access" },
        env: { ...env, RUNNER_TEMP: job, GITHUB_OUTPUT: join(job, "output"), GITHUB_RUN_ID: String(jobs) },
        stdout: { write: () => {}, isTerminal: false },
        stderr: { write: () => {}, isTerminal: false },
        ...{ signal: new AbortController().signal, stopping: () => false, running: () => undefined },
      };
      const invocation: Invocation = {
        ...{ command: "ci", arguments: parseArguments(ci, [step]), world, registry: composed(), version: "0.0.0-test" },
        ...{ secrets, atEnd: (work) => void endings.push(work) },
        voice: voiceOf(world, { json: false, quiet: true, verbose: false, color: false, mask: createMask(secrets) }),
      };
      const session: Session = {
        ...{ invocation, root: runner, trees: git.trees, event: hubEvent(name, payload) },
        github: openGitHub({
          ...{ fetch: world.fetch, clock: clock satisfies Clock, signal: world.signal, apiUrl: hub.apiUrl },
          ...{ token: hub.installationToken(TOKEN), repository: hub.repository },
        }),
        run: `https://github.com/acme/access/actions/runs/${jobs}`,
        artifactFor: (pull, commit) => `accord-${pull}-${commit.slice(0, 12)}-${jobs}`,
        scratch: (one) => join(job, "scratch", one),
        mask: (text) => createMask(secrets)(text),
      };
      try {
        if (step === "apply") return { endings: await runApply(session), problems: [] };
        const look = await runPlan(session);
        const outputs = await outputsOf(join(job, "output"));
        await upload(outputs, jobs);
        return { problems: look?.outlooks.flatMap(problemsIn) ?? [], outcome: outputs.outcome ?? "" };
      } catch (error) {
        if (error instanceof ProblemError) return { problems: error.problems };
        throw error;
      } finally {
        for (const work of endings) await work();
      }
    }

    async function upload({ artifact = "", directory = "" }: Readonly<Record<string, string>>, id: number) {
      if (artifact === "") return;
      const names = await readdir(directory);
      const kept = await Promise.all(names.map(async (one) => [one, await readFile(join(directory, one))] as const));
      const sha = (await git.repository.ref("refs/heads/main")) ?? "";
      hub.upload({ name: artifact, files: Object.fromEntries(kept), branch: "main", sha, run: id });
    }

    return {
      ...{ hub, git, clock, tenants, directory: root, push, run },
      okta: oktaConsole(
        (request) => tenants.fetch(request),
        okta?.actors?.trent ?? "",
        async () => {},
      ),
      async accord(runner, ...argv) {
        const main = await git.files("main");
        for (const [path, text] of Object.entries(main)) {
          await mkdir(dirname(join(runner, path)), { recursive: true });
          await writeFile(join(runner, path), text);
        }
        return accordIn(runner, { env, clock, fetch: (request) => tenants.fetch(request) })(...argv);
      },
      between(next) {
        handler = next;
      },
      holder: (runner = root) =>
        fileBackend({ directory: stateOf(runner), stack: "acme", environment: "default", clock }).holder(),
      async state() {
        const names = ["state.json", "ledger.jsonl", "journal/journal.jsonl"];
        return (await Promise.all(names.map((one) => readFile(join(stateOf(root), one), "utf8").catch(none)))).join(
          "\n",
        );
      },
    };
  }

  return { begin, remove: () => rm(place, { recursive: true, force: true }) };
}

function problemsIn(outlook: { readonly kind: string; readonly problems?: readonly Problem[] }): readonly Problem[] {
  return outlook.problems ?? [];
}

function stateOf(runner: string): string {
  return join(runner, ".accord", "default");
}

function none(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
  throw error;
}

async function outputsOf(path: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(path, "utf8").catch(none);
  return Object.fromEntries(text.split("\n").map((line) => line.split("=", 2)));
}

function stackFile(clientId: string, settings: string): string {
  return `version: 1
stack: acme
providers:
  okta:
    domain: acme.okta.com
    clientId: ${clientId}
    privateKey: "\${env:OKTA_PRIVATE_KEY}"
    scopes: okta.apps.manage okta.users.manage okta.groups.manage okta.roles.manage okta.logs.read
  "null": {}
${settings}
`;
}
