/** The rules that judge a stack, as they stand in `policies/*.yaml`: what each means is said by those who read it. */
import type { Path, Source, Sources, Spec } from "../model.ts";

/** One rule of a file, as its schema passed it. */
export interface Written {
  readonly name: string;
  /** With the exceptions to it that stand elsewhere. */
  readonly value: Spec;
  /** Where each of its exceptions is written. */
  readonly excepted: readonly Source[];
  /** Where it stands in its file: `["guardrails", 0]`. */
  readonly path: Path;
  readonly sources: Sources;
  readonly source: Source;
  /** Of the set that the package ships: its tests vouch for it. */
  readonly shipped: boolean;
}

/** The lists that a file may hold. */
export const SECTIONS = ["guardrails", "separations"] as const;
export type Section = (typeof SECTIONS)[number];

/** Every rule that judges the stack, by the list it stands in. */
export type Policies = Readonly<Record<Section, readonly Written[]>>;

/** `guardrails.baseline` of accord.yaml: all that the package ships, or those that are named. */
export type Baseline = boolean | readonly string[];

export const NO_POLICIES: Policies = { guardrails: [], separations: [] };
