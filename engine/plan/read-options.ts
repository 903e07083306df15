import type { Graph } from "../graph/build.ts";
import type { Address, Owned, Tenant } from "../model.ts";
import type { Doubts } from "./doubts.ts";
import type { Catalog, Instances } from "./tenants.ts";

/** What one look at the tenants is about. */
export interface ReadOptions {
  readonly graph: Graph;
  readonly owned: readonly Owned[];
  readonly instances: Instances;
  readonly catalog: Catalog;
  /** Tenants that state pins the instances to. */
  readonly pinned: Readonly<Record<string, Tenant>>;
  /** Declared objects that are to end (--destroy, --replace): read with all they hold, as whoever is in them loses it. */
  readonly ending?: (address: Address) => boolean;
  /** Name of the stack, as markers say it. */
  readonly stack: string;
  /** Creates of an interrupted run that may have happened. */
  readonly doubts: Doubts;
  /** Epoch milliseconds: what is read now may lag behind what we wrote before. */
  readonly now: () => number;
  /** Waits until a moment (epoch milliseconds): absence counts only after a kind's consistency window. */
  readonly until?: (moment: number) => Promise<void>;
}
