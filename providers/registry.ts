/** Every provider by name. Each loads only when a stack uses it. */
import type { Provider } from "../engine/provider.ts";

export const PROVIDERS: Readonly<Record<string, () => Promise<Provider>>> = {
  null: async () => (await import("./null/provider.ts")).nullProvider,
  okta: async () => (await import("./okta/provider.ts")).okta,
  entra: async () => (await import("./entra/provider.ts")).entra,
  c1: async () => (await import("./c1/provider.ts")).c1,
  zendesk: async () => (await import("./zendesk/provider.ts")).zendesk,
  pagerduty: async () => (await import("./pagerduty/provider.ts")).pagerduty,
  opsgenie: async () => (await import("./opsgenie/provider.ts")).opsgenie,
};
