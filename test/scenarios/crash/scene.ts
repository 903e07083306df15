/** What a crash test is about: a stack, the tenants that it is in, and what it could leave behind there. */
import type { Tenants } from "../../../engine/sandbox/tenants.ts";
import type { Memory } from "./tenants.ts";

/** Everything that a stack could leave behind, `<table>: <name>` as often as it is there, sorted: duplicates and orphans show. */
export type Census = readonly string[];

export interface Scene {
  /** Whose tenants are served; each of their settings is in the environment as `PROVIDER_SETTING`, `baseUrl` included. */
  readonly providers: readonly string[];
  /** ⇄ Makes the stack's directory. */
  stack(): Promise<string>;
  /** The tenants as every case finds them. */
  seeded(): Promise<Memory>;
  census(tenants: Tenants): Census;
  /** How long after the recovery everything has settled and is counted, milliseconds. */
  readonly settled: number;
}
