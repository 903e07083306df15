import type { Bench } from "./bench.ts";

/** One test of the tour, on a fresh tenant. */
export type Scene = (bench: Bench) => Promise<void>;

/** By the name that a skip would use. */
export type Scenes = Readonly<Record<string, Scene>>;
