/** What Terraform's core does with a provider, in process: the same calls in the same order, values encoded as it does. */
import { composed } from "../../engine/cli/compose.ts";
import { openSchemas } from "../../engine/config/schemas.ts";
import { snakeCase } from "../../engine/config/terraform/names.ts";
import type { Spec, Value } from "../../engine/model.ts";
import { openTenants, type Tenants } from "../../engine/sandbox/tenants.ts";
import { decodeValue, encodeValue } from "../../engine/terraform/dynamic-value.ts";
import { type Calls, type ProviderService, providerService, type Request } from "../../engine/terraform/service.ts";
import { emulators } from "../../providers/emulators.ts";
import { livingClock } from "./living-clock.ts";

export interface Saved {
  readonly values: Spec;
  readonly private: Uint8Array;
}

export interface PlannedChange {
  readonly values: Value;
  readonly replace: readonly string[];
  readonly private: Uint8Array;
  readonly said: readonly string[];
}

export interface Core {
  readonly tenants: Tenants;
  /** `METHOD path` of every request that reached a tenant since the last time it was asked. */
  requests(): readonly string[];
  /** A process of its own, configured. */
  provider(): Promise<Process>;
}

export interface Process {
  readonly calls: Calls;
  readonly streams: ProviderService["streams"];
  validate(type: string, config: Spec): Promise<readonly string[]>;
  plan(type: string, config: Spec | null, prior?: Saved): Promise<PlannedChange>;
  /** The second half of a replacement: planned without a prior state, with what the first half kept. */
  planAnew(type: string, config: Spec, first: PlannedChange): Promise<PlannedChange>;
  apply(
    type: string,
    config: Spec | null,
    plan: PlannedChange,
    prior?: Saved,
  ): Promise<Saved & { readonly said: readonly string[]; readonly gone: boolean }>;
  read(type: string, state: Saved): Promise<Saved | null>;
  import(type: string, id: string): Promise<Saved>;
}

/** `names`: the managed systems, all of them configured with the credentials that work. */
export async function terraformCore(...names: readonly string[]): Promise<Core> {
  const clock = livingClock(() => tenants.tick(0));
  const tenants = await openTenants({ registry: await emulators(), names, clock });
  const registry = composed();
  let sent: string[] = [];
  const settings = Object.fromEntries(
    [...tenants.emulators].map(([name, { settings: own }]) => [
      name,
      Object.fromEntries(Object.entries(own).map(([field, value]) => [snakeCase(field), value])),
    ]),
  );
  return {
    tenants,
    requests() {
      const before = sent;
      sent = [];
      return before;
    },
    async provider() {
      const service = providerService({
        schemas: openSchemas(),
        names: registry.providers,
        load: (name) => registry.provider(name),
        env: {},
        readFile: async () => undefined,
        remember: () => undefined,
        outside: {
          clock,
          signal: new AbortController().signal,
          async fetch(request) {
            sent.push(`${request.method} ${new URL(request.url).pathname}`);
            return tenants.fetch(request);
          },
        },
      });
      const call = async (name: string, request: Partial<Request>): Promise<Record<string, unknown>> =>
        (await service.calls[name]?.(request as Request)) as Record<string, unknown>;
      const configured = await call("ConfigureProvider", { config: encodeValue({ stack: "acme", ...settings }) });
      if (said(configured).length > 0) throw new Error(said(configured).join("\n"));
      return processOf(service, call);
    },
  };
}

type Call = (name: string, request: Partial<Request>) => Promise<Record<string, unknown>>;

function processOf({ calls, streams }: ProviderService, call: Call): Process {
  const planned = async (
    type_name: string,
    config: Spec | null,
    before: Spec | null,
    prior_private: Uint8Array,
  ): Promise<PlannedChange> => {
    const answer = await call("PlanResourceChange", {
      type_name,
      config: encodeValue(config),
      proposed_new_state: encodeValue(config),
      prior_state: encodeValue(before),
      prior_private,
    });
    const replace = (answer.requires_replace ?? []) as { steps: { attribute_name: string }[] }[];
    return {
      values: decodeValue((answer.planned_state ?? {}) as object),
      private: (answer.planned_private ?? new Uint8Array()) as Uint8Array,
      replace: replace.map(({ steps }) => steps.map(({ attribute_name }) => attribute_name).join(".")),
      said: said(answer),
    };
  };
  return {
    calls,
    streams,
    validate: async (type_name, config) =>
      said(await call("ValidateResourceConfig", { type_name, config: encodeValue(config) })),
    plan: (type, config, prior) => planned(type, config, prior?.values ?? null, prior?.private ?? new Uint8Array()),
    planAnew: (type, config, first) => planned(type, config, null, first.private),
    async apply(type_name, config, plan, prior) {
      const answer = await call("ApplyResourceChange", {
        type_name,
        config: encodeValue(config),
        planned_state: encodeValue(plan.values),
        prior_state: encodeValue(prior?.values ?? null),
        planned_private: plan.private,
      });
      const values = decodeValue((answer.new_state ?? {}) as object);
      return {
        values: (values ?? {}) as Spec,
        private: (answer.private ?? new Uint8Array()) as Uint8Array,
        said: said(answer),
        gone: values === null,
      };
    },
    async read(type_name, state) {
      const answer = await call("ReadResource", {
        type_name,
        current_state: encodeValue(state.values),
        private: state.private,
      });
      if (said(answer).length > 0) throw new Error(said(answer).join("\n"));
      const values = decodeValue((answer.new_state ?? {}) as object);
      return values === null ? null : { values: values as Spec, private: answer.private as Uint8Array };
    },
    async import(type_name, id) {
      const answer = await call("ImportResourceState", { type_name, id });
      if (said(answer).length > 0) throw new Error(said(answer).join("\n"));
      const [one] = answer.imported_resources as { state: object; private: Uint8Array }[];
      return { values: decodeValue(one?.state ?? {}) as Spec, private: one?.private ?? new Uint8Array() };
    },
  };
}

interface Told {
  readonly severity: string;
  readonly summary: string;
  readonly attribute?: { readonly steps: readonly Readonly<Record<string, string | number>>[] };
}

/** `ERROR steps.0: what`, as a reader sees it. */
function said(answer: Record<string, unknown>): readonly string[] {
  return ((answer.diagnostics ?? []) as readonly Told[]).map(({ severity, summary, attribute }) => {
    const path = (attribute?.steps ?? []).flatMap((step) => Object.values(step)).join(".");
    return `${severity}${path === "" ? "" : ` ${path}`}: ${summary}`;
  });
}

/** A configuration as Terraform hands it over: every attribute is there. */
export function whole(values: Spec, like: Value): Spec {
  const names = typeof like === "object" && like !== null ? Object.keys(like) : [];
  return { ...Object.fromEntries(names.map((name) => [name, null])), ...values };
}
