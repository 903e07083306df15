/** What the measurement of memberships needs to know of a managed system: one of these for each. */
import type { Spec } from "../../../engine/model.ts";
import type { Provider } from "../../../engine/provider.ts";
import type { Emulator, TenantWorld } from "../../../providers/shared/emulator.ts";

export interface Person {
  readonly login: string;
  readonly first: string;
  readonly last: string;
}

/** The work: so many groups of so many members each, out of so many people. */
export interface Size {
  readonly groups: number;
  readonly members: number;
  readonly people: number;
}

export interface System {
  readonly name: string;
  /** "group" of `okta/group`. */
  readonly kind: string;
  /** Kind of the people, who are adopted with their groups. */
  readonly person: string;
  /** Most people that the emulated plan has room for. */
  readonly seats?: number;
  readonly provider: Provider;
  create(world: TenantWorld): Emulator;
  settings(emulator: Emulator): Spec;
  spec(name: string, logins: readonly string[]): Spec;
  /** The request by which somebody at the console makes a person. */
  hire(emulator: Emulator, person: Person): Request;
  /** What one call costs; calls that cost nothing of the limit (tokens) are not counted. */
  counts(request: Request): boolean;
  /** Fewest counted calls that write all of it, as the reference derives it. */
  fewest(size: Size): number;
  readonly fewestBecause: string;
  /** Shortest time for that many counted calls in milliseconds, under the limits and less what is left to others. */
  shortest(calls: number, size: Size): number;
  readonly shortestBecause: string;
}
