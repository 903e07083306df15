import type { Provider } from "../provider.ts";
import type { Schemas } from "./schemas.ts";
import type { Stack } from "./stack.ts";

/** What documents are read against. */
export interface Config {
  readonly stack: Stack;
  readonly schemas: Schemas;
  /** By the provider's own name; those that the stack's instances use. */
  readonly providers: ReadonlyMap<string, Provider>;
}
