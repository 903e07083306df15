/** Stock Terraform, or OpenTofu, against emulated tenants on loopback ports: one sandbox, and directories to run it in. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../engine/cli/real-world.ts";
import { SOURCE, snakeCase } from "../../engine/config/terraform/names.ts";
import { type Serving, serve } from "../../engine/sandbox/serve.ts";
import { emulators } from "../../providers/emulators.ts";
import { type OktaConsole, oktaConsole } from "./okta-console.ts";

/** The first of the two that is there; `ACCORD_TERRAFORM` names another one. */
export const tool: string | undefined = [process.env.ACCORD_TERRAFORM ?? "", "terraform", "tofu"].find((name) => {
  if (name === "") return false;
  try {
    execFileSync(name, ["version"], { stdio: "ignore", env: { ...process.env, CHECKPOINT_DISABLE: "1" } });
    return true;
  } catch {
    return false;
  }
});

export interface Ran {
  readonly code: number;
  readonly text: string;
}

export interface Workshop {
  readonly directory: string;
  readonly serving: Serving;
  readonly okta: OktaConsole;
  /** Environment variables that hold the credentials, by those who name them: `SECRET_okta`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Settings of each system, in which secrets are such variables, written by `secret`. */
  settings(secret: (name: string) => string): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Runs the tool in a directory below: its exit code, and all that it said. */
  run(where: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** One process of the plugin for whatever is run with this environment: the tool starts none of its own. */
  attached(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

const SECRETS = new Set(["privateKey", "clientSecret", "token"]);
/** As go-plugin tells who starts it. */
const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2" };

/** `mirror` is what `npm run package:terraform` makes. */
export async function terraformWorkshop(
  mirror: string,
  plugin: string,
  ...names: readonly string[]
): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), "accord-terraform-"));
  const registry = await emulators();
  const serving = await serve({ registry, directory: join(directory, "data"), port: 0, names, clock: realClock() });
  const secrets: Record<string, string> = {};
  for (const [name, own] of Object.entries(serving.settings)) {
    for (const [field, value] of Object.entries(own)) if (SECRETS.has(field)) secrets[`SECRET_${name}`] = value;
  }
  await writeFile(join(directory, "rc"), `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`);
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: directory,
    TMPDIR: tmpdir(),
    TF_CLI_CONFIG_FILE: join(directory, "rc"),
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    ...secrets,
  };
  const children: ChildProcess[] = [];
  return {
    directory,
    serving,
    secrets,
    settings: (secret) =>
      Object.fromEntries(
        Object.entries(serving.settings).map(([name, own]) => [
          name,
          Object.fromEntries(
            Object.entries(own).map(([field, value]) => [
              snakeCase(field),
              SECRETS.has(field) ? secret(`SECRET_${name}`) : value,
            ]),
          ),
        ]),
      ),
    okta: oktaConsole(
      (request) => {
        const { pathname, search } = new URL(request.url);
        return fetch(new Request(`${serving.urls.okta}${pathname}${search}`, request));
      },
      serving.actors.okta?.trent ?? "",
      async () => undefined,
    ),
    async run(where, args, env = {}) {
      const cwd = join(directory, where);
      await mkdir(cwd, { recursive: true });
      const child = spawn(tool ?? "", [...args, "-no-color"], {
        cwd,
        env: { ...environment, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
      const [code] = await once(child, "close");
      return { code: typeof code === "number" ? code : -1, text };
    },
    async attached() {
      const child = spawn(plugin, [], { env: { ...environment, ...COOKIE }, stdio: ["ignore", "pipe", "inherit"] });
      children.push(child);
      const [line] = await once(child.stdout, "data");
      const [, , network, address] = String(line).trimEnd().split("|");
      const addr = { Network: network, String: address };
      const reattach = { [SOURCE]: { Protocol: "grpc", ProtocolVersion: 6, Pid: child.pid, Test: true, Addr: addr } };
      return { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) };
    },
    async close() {
      for (const child of children) {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        await ended;
      }
      await serving.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
