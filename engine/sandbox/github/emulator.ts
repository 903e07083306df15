/**
 * ⇄ GitHub behind a function from Request to Response, over a real bare repository: people push to it with git, and
 * what pull requests show is computed from it. Teams, reviews and check runs live in memory.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { JSONWebKeySet } from "jose";
import { type GitOptions, git } from "../../git.ts";
import type { Clock } from "../../outside.ts";
import { doorOf, type Limits } from "./door.ts";
import { type Occasion, start } from "./occasion.ts";
import { ISSUER, oidcIssuer } from "./oidc.ts";
import { type Person, personOf } from "./person.ts";
import { enqueue, settle } from "./queue.ts";
import { openRepository, type Repository } from "./repository.ts";
import {
  ACTIONS,
  type Account,
  type App,
  type Hub,
  nowIso,
  type Permissions,
  type Protection,
  type Role,
} from "./rows.ts";
import { type Job, type JobOptions, startJob } from "./run.ts";
import type { PullAt } from "./shapes/pull.ts";
import { isPull, syncPulls } from "./sync.ts";

export interface GithubEmulatorOptions {
  readonly clock: Pick<Clock, "now">;
  /** Where the repositories are kept: `<directory>/<owner>/<name>.git`, made where it is not there yet. */
  readonly directory: string;
  /** For git. */
  readonly env: GitOptions["env"];
  /** Default: `acme/access`. */
  readonly repository?: string;
  /** What it holds; default: a bare repository below the directory, that people push to with git. */
  readonly objects?: Repository;
  /** Default: `https://api.github.com`. */
  readonly apiUrl?: string;
  readonly webUrl?: string;
  /** OIDC subjects with ids, as repositories have that were made since 15 July 2026. */
  readonly immutableSubjects?: boolean;
}

export interface GithubEmulator {
  fetch(request: Request): Promise<Response>;
  /** `owner/name`. */
  readonly repository: string;
  readonly apiUrl: string;
  /** Where git pushes to and fetches from. */
  readonly remote: string;
  /** Makes an account; without a role it cannot see the repository. The name is their commits' author too. */
  person(person: {
    readonly login: string;
    readonly role?: Role;
    readonly name?: string;
    readonly emails?: readonly string[];
  }): Person;
  /** Somebody who was made before. */
  as(login: string): Person;
  /** `org/slug`. */
  team(name: string, logins: readonly string[]): void;
  /** A fork of theirs: where it is pushed to. */
  fork(owner: string): Promise<string>;
  protect(branch: string, protection: Protection): void;
  /** The repository's setting; an organization begins with no. */
  allowWorkflowPulls(allowed: boolean): void;
  /** Token of an installation; default: the workflows' own app, for an hour. */
  installationToken(permissions: Permissions, options?: { readonly app?: App; readonly life?: number }): string;
  /** As `actions/upload-artifact` does; kept for 90 days where nothing else is said. */
  upload(artifact: NewArtifact): number;
  /** What GITHUB_EVENT_PATH would hold. */
  payload(occasion: Occasion): Promise<object>;
  job(occasion: Occasion, options: JobOptions): Promise<Job>;
  /** Puts a pull request into the merge queue; gives the commit that is to be checked. */
  enqueue(number: number, by: string): Promise<string>;
  /** What the queue does once the checks of its first group have ended. */
  settle(number: number): Promise<"merged" | "removed">;
  /** Whose OIDC tokens jobs get: what a trust in a tenant is made of. */
  readonly issuer: { readonly url: string; jwks(): Promise<JSONWebKeySet> };
  /** The next requests meet a secondary rate limit. */
  crowd(times: number, seconds?: number): void;
  /** Every request is refused until so many milliseconds have passed. */
  exhaust(ms: number): void;
}

export interface NewArtifact {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly branch: string;
  readonly sha: string;
  readonly days?: number;
  readonly run?: number;
  /** Uploaded by the run of a fork's pull request. */
  readonly fork?: boolean;
}

/** Refs are read from their files. */
const FILES = "init.defaultRefFormat=files";
const DAY = 86_400_000;
const FOREVER = Number.POSITIVE_INFINITY;
const DEFAULT_BRANCH = "main";

export async function githubEmulator(options: GithubEmulatorOptions): Promise<GithubEmulator> {
  const { directory, env } = options;
  const hub = await hubOf(options);
  const limits: Limits = {};
  const issuer = oidcIssuer(hub);
  const door = doorOf(hub, limits);
  const fetch = (request: Request): Promise<Response> =>
    issuer.owns(new URL(request.url)) ? issuer.fetch(request) : door(request);
  const people = new Map<string, Person>();
  const numbers = { token: 0 };

  function newToken(prefix: string): string {
    numbers.token += 1;
    return `${prefix}_${String(numbers.token).padStart(36, "0")}`;
  }
  function installationToken(permissions: Permissions, { app = ACTIONS, life = 3_600_000 } = {}): string {
    const login = `${app.slug}[bot]`;
    if (!hub.accounts.has(login)) addAccount(hub, { login, type: "Bot", name: login, emails: [] });
    const token = newToken("ghs");
    hub.tokens.set(token, { kind: "installation", app, permissions, expiresAt: hub.clock.now() + life });
    return token;
  }

  return {
    fetch,
    repository: `${hub.owner}/${hub.name}`,
    apiUrl: hub.apiUrl,
    remote: hub.repository.directory,

    person({ login, role, name = login, emails = [`${login}@acme.example`] }) {
      addAccount(hub, { login, type: "User", name, emails: emails.map((email) => email.toLowerCase()) });
      if (role !== undefined) hub.roles.set(login.toLowerCase(), role);
      const token = newToken("ghp");
      hub.tokens.set(token, { kind: "user", login, expiresAt: FOREVER });
      const person = personOf(hub, token, fetch);
      people.set(login.toLowerCase(), person);
      return person;
    },
    as(login) {
      const person = people.get(login.toLowerCase());
      if (person === undefined) throw new Error(`nobody is called ${login}`);
      return person;
    },
    team(name, logins) {
      hub.teams.set(name.toLowerCase(), new Set(logins));
    },
    async fork(owner) {
      const path = join(directory, owner, `${hub.name}.git`);
      await mkdir(join(directory, owner), { recursive: true });
      await git(directory, ["-c", FILES, "clone", "--quiet", "--bare", hub.repository.directory, path], { env });
      hub.forks.set(owner, openRepository(path, env));
      return path;
    },
    allowWorkflowPulls(allowed) {
      hub.workflowsOpenPulls = allowed;
    },
    protect(branch, protection) {
      hub.protections.set(branch, protection);
    },
    installationToken,
    upload({ name, files, branch, sha, days = 90, run = hub.next("run"), fork = false }) {
      const id = hub.next("id");
      const expiresAt = hub.clock.now() + days * DAY;
      const at = { createdAt: nowIso(hub), expiresAt, run: { id: run, branch, sha, fork } };
      hub.artifacts.set(id, { id, name, zip: zipSync({ ...files }), ...at });
      return id;
    },
    payload: async (occasion) => (await start(hub, occasion)).payload,
    job: (occasion, job) =>
      startJob(hub, occasion, job, {
        newToken: (permissions, life) => installationToken(permissions, { life }),
        issuer,
        immutable: options.immutableSubjects === true,
      }),
    enqueue: async (number, by) => (await enqueue(hub, await pullNow(hub, number), by)).headSha,
    settle: async (number) => settle(hub, await pullNow(hub, number)),
    issuer: { url: ISSUER, jwks: issuer.jwks },
    crowd(times, seconds) {
      limits.secondary = { times, seconds };
    },
    exhaust(ms) {
      limits.primary = { resetAt: hub.clock.now() + ms };
    },
  };
}

async function hubOf(options: GithubEmulatorOptions): Promise<Hub> {
  const { clock, directory, env, apiUrl = "https://api.github.com", webUrl = "https://github.com" } = options;
  const [owner = "", name = ""] = (options.repository ?? "acme/access").split("/");
  const repository = options.objects ?? (await bareRepository(join(directory, owner, `${name}.git`), env));
  const counters = { id: 1_000_000, number: 0, run: 9_000_000_000 };
  const hub: Hub = {
    ...{ clock, owner, name, webUrl, apiUrl: apiUrl.replace(/\/$/, ""), defaultBranch: DEFAULT_BRANCH },
    repository,
    forks: new Map(),
    accounts: new Map(),
    roles: new Map(),
    teams: new Map(),
    tokens: new Map(),
    issues: new Map(),
    reviews: [],
    comments: new Map(),
    checks: new Map(),
    artifacts: new Map(),
    protections: new Map(),
    workflowsOpenPulls: true,
    queue: [],
    next(of) {
      counters[of] += 1;
      return counters[of];
    },
  };
  addAccount(hub, { login: owner, type: "Organization", name: owner, emails: [] });
  addAccount(hub, { login: "web-flow", type: "User", name: "GitHub", emails: ["noreply@github.com"] });
  return hub;
}

async function bareRepository(path: string, env: GitOptions["env"]): Promise<Repository> {
  await mkdir(path, { recursive: true });
  await git(path, ["-c", FILES, "init", "--quiet", "--bare", `--initial-branch=${DEFAULT_BRANCH}`], { env });
  // Workflows fetch `refs/pull/N/merge` by its commit too.
  await git(path, ["config", "uploadpack.allowAnySHA1InWant", "true"], { env });
  return openRepository(path, env);
}

async function pullNow(hub: Hub, number: number): Promise<PullAt> {
  await syncPulls(hub);
  const row = hub.issues.get(number);
  if (row === undefined || !isPull(row)) throw new Error(`there is no pull request ${number}`);
  return row;
}

function addAccount(hub: Hub, account: Omit<Account, "id">): void {
  hub.accounts.set(account.login.toLowerCase(), { ...account, id: hub.next("id") });
}
