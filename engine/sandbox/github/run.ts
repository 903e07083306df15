/** ⇄ What a job finds when it starts: the payload in a file, and the variables that GitHub sets. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Occasion, type Started, start } from "./occasion.ts";
import { claimsOf, type Issuer } from "./oidc.ts";
import type { Hub, Level, Permissions } from "./rows.ts";
import { userOf } from "./shapes/account.ts";
import { repositoryId } from "./shapes/repository.ts";

export interface Job {
  readonly id: number;
  /** `GITHUB_*`, `RUNNER_TEMP`, and the job's own token as `GITHUB_TOKEN`. */
  readonly env: Readonly<Record<string, string>>;
  readonly started: Started;
}

export interface JobOptions {
  /** Empty directory for the job's files. */
  readonly directory: string;
  /** The `permissions:` block of the workflow, as it is written there: `{ "pull-requests": "write" }`. */
  readonly permissions: Readonly<Record<string, Level>>;
  readonly workflow?: string;
  readonly job?: string;
  /** The job's `environment:`. */
  readonly environment?: string;
}

/** What a job is given by the rest of GitHub. */
export interface JobOutside {
  newToken(permissions: Permissions, life: number): string;
  readonly issuer: Issuer;
  /** Are its OIDC subjects of the newer form, with ids? */
  readonly immutable: boolean;
}

/** A job's token lives as long as the job, and never longer than a day. */
const TOKEN_LIFE = 24 * 3_600_000;

export async function startJob(hub: Hub, occasion: Occasion, options: JobOptions, outside: JobOutside): Promise<Job> {
  const { directory, workflow = "accord", job = "accord", environment } = options;
  const started = await start(hub, occasion);
  const id = hub.next("run");
  const file = (name: string): string => join(directory, name);
  await mkdir(file("temp"), { recursive: true });
  await writeFile(file("event.json"), JSON.stringify(started.payload, null, 2));
  for (const name of ["output", "summary.md", "env"]) await writeFile(file(name), "");
  const { ref, sha, actor, pull } = started;
  const fullName = `${hub.owner}/${hub.name}`;
  const env = {
    ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_WORKFLOW: workflow, GITHUB_JOB: job },
    GITHUB_SERVER_URL: hub.webUrl,
    GITHUB_API_URL: hub.apiUrl,
    GITHUB_GRAPHQL_URL: `${hub.apiUrl.replace(/\/v3$/, "")}/graphql`,
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_ID: String(repositoryId(hub, hub.owner)),
    GITHUB_REPOSITORY_OWNER: hub.owner,
    GITHUB_REPOSITORY_OWNER_ID: String(userOf(hub, hub.owner).id),
    GITHUB_EVENT_NAME: occasion.event,
    GITHUB_EVENT_PATH: file("event.json"),
    GITHUB_RUN_ID: String(id),
    GITHUB_RUN_NUMBER: "1",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|pull)\//, ""),
    GITHUB_REF_TYPE: "branch",
    GITHUB_SHA: sha,
    GITHUB_HEAD_REF: pull?.head ?? "",
    GITHUB_BASE_REF: pull?.base ?? "",
    GITHUB_ACTOR: actor,
    GITHUB_TRIGGERING_ACTOR: actor,
    GITHUB_OUTPUT: file("output"),
    GITHUB_STEP_SUMMARY: file("summary.md"),
    GITHUB_ENV: file("env"),
    RUNNER_TEMP: file("temp"),
    RUNNER_OS: "Linux",
    GITHUB_TOKEN: outside.newToken(permissionsOf(options.permissions, occasion, started), TOKEN_LIFE),
    ...(mayProveItself(options.permissions, occasion, started)
      ? outside.issuer.admit(
          id,
          claimsOf(hub, occasion, started, {
            ...{ run: id, workflow, immutable: outside.immutable },
            ...(environment === undefined ? {} : { environment }),
          }),
          hub.clock.now() + TOKEN_LIFE,
        )
      : {}),
  };
  return { id, env, started };
}

function isForeign(event: Occasion["event"], pull: Started["pull"]): boolean {
  return pull?.fork === true && event !== "pull_request_target";
}

/** `id-token: write`, which a pull request from a fork never has. */
function mayProveItself(given: JobOptions["permissions"], { event }: Occasion, { pull }: Started): boolean {
  return given["id-token"] === "write" && !isForeign(event, pull);
}

/** A pull request from a fork only reads, whatever its workflow says; metadata is readable always. */
function permissionsOf(given: JobOptions["permissions"], { event }: Occasion, { pull }: Started): Permissions {
  const readsOnly = isForeign(event, pull);
  const entries = Object.entries(given)
    .filter(([name]) => name !== "id-token")
    .map(([name, level]): [string, Level] => [name.replaceAll("-", "_"), readsOnly ? "read" : level]);
  return { metadata: "read", ...Object.fromEntries(entries) };
}
