/** `state:` as its schema passed it → where state, journal and ledger live, defaults filled in. */
import type { Spec } from "../model.ts";

export type StateSetting = { readonly backend: "file" } | GitSetting | PostgresSetting;

export interface GitSetting {
  readonly backend: "git";
  /** A remote of the repository that holds the stack, or a URL. */
  readonly remote: string;
  readonly branch?: string;
}

export interface PostgresSetting {
  readonly backend: "postgres";
  /** Still a template: it is a secret. */
  readonly url: string;
  readonly schema: string;
}

export const DEFAULT_STATE: StateSetting = { backend: "file" };

export function stateOf({ backend, remote, branch, url, schema }: Spec): StateSetting {
  if (backend === "postgres") return { backend, url: String(url), schema: String(schema ?? "accord") };
  if (backend !== "git") return DEFAULT_STATE;
  return {
    backend,
    remote: remote === undefined ? "origin" : String(remote),
    ...(branch === undefined ? {} : { branch: String(branch) }),
  };
}
