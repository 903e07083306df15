/** What `main` is composed of: the providers and, for sandboxes, their emulators. Both load only when asked for. */
import type { Provider } from "../provider.ts";
import type { EmulatorRegistry } from "../sandbox/tenants.ts";

export interface Registry {
  /** Names of all providers, without loading one. */
  readonly providers: readonly string[];
  provider(name: string): Promise<Provider>;
  emulators(): Promise<EmulatorRegistry>;
}
