/** ⇄ The peer beside us: the Terraform on the PATH, offline. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Work } from "./process.ts";
import { once } from "./process.ts";

export const NO_TERRAFORM = "no terraform on the PATH";

/** No settings of the user, no call home. */
const OFFLINE = { TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };

/** `1.11.4`; undefined where there is none. */
export async function terraformVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("terraform", ["version", "-json"], {
      env: { ...process.env, ...OFFLINE },
    });
    const answer: unknown = JSON.parse(stdout);
    const known = typeof answer === "object" && answer !== null && "terraform_version" in answer;
    return known ? String(answer.terraform_version) : "?";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export function terraform(argv: readonly string[], cwd: string, options: Partial<Work> = {}): Work {
  return { command: "terraform", argv: [...argv, "-no-color"], cwd, env: OFFLINE, runs: 2, ...options };
}

/** `terraform_data` is built in, so this downloads nothing. */
export async function initialise(directory: string): Promise<void> {
  await once(terraform(["init", "-input=false"], directory));
}
