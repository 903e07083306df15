/** The composition root: the only file of the engine that knows which providers and emulators there are. */
import { emulators } from "../../providers/emulators.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import { ProblemError } from "../problem.ts";
import type { Registry } from "./registry.ts";

export function composed(): Registry {
  return {
    providers: Object.keys(PROVIDERS),
    async provider(name) {
      const load = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
      if (load === undefined)
        throw new ProblemError({ code: "unknown-provider", message: `There is no provider ${name}.` });
      return load();
    },
    emulators,
  };
}
