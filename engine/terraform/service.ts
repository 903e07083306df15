/** ⇄ The provider's calls: Terraform's messages in and out, the work in between. Every error is a diagnostic. */
import { snakeCase } from "../config/terraform/names.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec } from "../value.ts";
import { type Answer, answered, diagnosticsOf, stateAnswer, stateIn } from "./answers.ts";
import { applyOne } from "./apply-one.ts";
import { declaredIn } from "./document.ts";
import { type DynamicValue, decodeValue, encodeValue } from "./dynamic-value.ts";
import { endOne, planEnd } from "./end-one.ts";
import { type IdentityData, identityOf, idOf } from "./identity.ts";
import { importOne } from "./import-one.ts";
import { decodeMemory } from "./memory.ts";
import { type Opened, openProvider } from "./opened.ts";
import { type Diagnostic, diagnosticOf } from "./places.ts";
import { planOne } from "./plan-one.ts";
import { providerBlock, settingsAttributes, settingsIn } from "./provider-block.ts";
import { LIST_SCHEMA, queryCalls, queryStreams } from "./query.ts";
import { readOne } from "./read-one.ts";
import { type Surroundings, stackOf, unconfigured } from "./session.ts";
import { whole } from "./state.ts";
import { resourceSchema } from "./wire-schema.ts";

const NEW_STATE = { state: "new_state", private: "private", identity: "new_identity" };
const IMPORTED = { state: "state", private: "private", identity: "identity" };

/** The fields of requests that are read here; what a call has not is absent. */
export interface Request {
  readonly type_name: string;
  readonly config: DynamicValue;
  readonly current_state: DynamicValue;
  readonly prior_state: DynamicValue;
  readonly planned_state: DynamicValue;
  readonly proposed_new_state: DynamicValue;
  readonly state: DynamicValue;
  readonly private: Uint8Array;
  readonly prior_private: Uint8Array;
  readonly planned_private: Uint8Array;
  readonly raw_state: { readonly json: Uint8Array };
  readonly raw_identity: { readonly json: Uint8Array };
  readonly id: string;
  readonly identity: IdentityData | null;
  readonly include_resource_object: boolean;
  readonly limit: number;
  readonly source_type_name: string;
  readonly source_state: { readonly json: Uint8Array };
  readonly source_private: Uint8Array;
  readonly target_type_name: string;
}

export type Calls = Readonly<Record<string, (request: Request) => Promise<Answer>>>;
/** Calls that answer piece by piece. */
export type Streams = Readonly<Record<string, (request: Request) => AsyncIterable<Answer>>>;

export interface ProviderService {
  readonly calls: Calls;
  readonly streams: Streams;
}

export function providerService(surroundings: Surroundings): ProviderService {
  const opened = openProvider(surroundings);
  return {
    calls: { ...providerCalls(surroundings, opened), ...resourceCalls(surroundings, opened), ...queryCalls(opened) },
    streams: queryStreams(opened),
  };
}

function providerCalls(surroundings: Surroundings, opened: Opened): Calls {
  const { schemas, names } = surroundings;
  const settings = settingsAttributes(schemas, names);
  const inProvider = (problem: Problem): Diagnostic =>
    diagnosticOf(problem, ([first, name = ""]) =>
      first === "providers" && settings.has(name)
        ? { steps: [{ attribute_name: snakeCase(name) }], skip: 2, attributes: settings.get(name) ?? [] }
        : undefined,
    );

  return {
    async GetProviderSchema() {
      const wire = [...opened.shapes()].map(([type, shape]) => [type, resourceSchema(shape)] as const);
      return {
        provider: { version: 0, block: providerBlock(settings, schemas) },
        resource_schemas: Object.fromEntries(wire),
        data_source_schemas: {},
        list_resource_schemas: Object.fromEntries(wire.map(([type]) => [type, LIST_SCHEMA])),
        server_capabilities: {
          plan_destroy: true,
          get_provider_schema_optional: true,
          move_resource_state: true,
          generate_resource_config: true,
        },
      };
    },

    async ValidateProviderConfig({ config }) {
      const { stack, known } = settingsIn(config, settings);
      return answered(async () => {
        if (Object.keys(known).length > 0) stackOf(stack, known, schemas, true);
        return {};
      }, inProvider);
    },

    async ConfigureProvider({ config }) {
      const said = settingsIn(config, settings);
      return answered(async () => {
        await opened.configure(said);
        return {};
      }, inProvider);
    },

    async StopProvider() {
      // What is under way is finished and recorded; Terraform begins nothing more.
      return { Error: "" };
    },
  };
}

function resourceCalls(surroundings: Surroundings, opened: Opened): Calls {
  const { shapeOf, sessionFor, surely } = opened;
  return {
    async ValidateResourceConfig({ type_name, config }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const declared = declaredIn(asSpec(decodeValue(config)), shape, await unconfigured(shape.kind, surroundings));
        return { diagnostics: diagnosticsOf(declared, shape) };
      });
    },

    async UpgradeResourceState({ raw_state }) {
      // Written by this very version of the schema; as it stands it loses nothing.
      return { upgraded_state: { json: raw_state.json } };
    },

    async ReadResource({ type_name, current_state, private: bytes }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const open = sessionFor(shape);
        const values = asSpec(decodeValue(current_state));
        // Nobody can be asked yet: it stays as it was.
        if (open === undefined)
          return { new_state: current_state, private: bytes, new_identity: identityOf({ values }) };
        const state = await readOne({ values, memory: decodeMemory(bytes) }, shape, open);
        return stateAnswer(NEW_STATE, state);
      });
    },

    async PlanResourceChange({ type_name, prior_state, proposed_new_state, config, prior_private }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const open = sessionFor(shape);
        const prior = stateIn(prior_state, prior_private);
        const kept = { planned_private: prior_private };
        if (decodeValue(proposed_new_state) === null) {
          const said = prior === null || open === undefined ? undefined : await planEnd(prior, shape, open);
          return {
            planned_state: encodeValue(null),
            ...kept,
            diagnostics: said === undefined ? [] : diagnosticsOf(said, shape),
          };
        }
        // Of a replacement the second half is planned too: without a prior state, but with what is kept of the object.
        const replaced = prior === null ? decodeMemory(prior_private)?.owned : undefined;
        const planning = await planOne(asSpec(decodeValue(config)), prior, shape, open, replaced);
        return {
          planned_state: encodeValue(planning.values),
          planned_identity: identityOf(planning),
          requires_replace: planning.replace.map(({ name }) => ({ steps: [{ attribute_name: name }] })),
          diagnostics: diagnosticsOf(planning, shape),
          ...kept,
        };
      });
    },

    async ApplyResourceChange({ type_name, prior_state, planned_state, config, planned_private }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const open = surely(shape);
        const prior = stateIn(prior_state, planned_private);
        const wanted = decodeValue(planned_state);
        const applied =
          wanted === null
            ? prior === null
              ? { state: null, problems: [], warnings: [] }
              : await endOne(prior, shape, open)
            : await applyOne(asSpec(decodeValue(config)), asSpec(wanted), prior, shape, open);
        return { ...stateAnswer(NEW_STATE, applied.state), diagnostics: diagnosticsOf(applied, shape) };
      });
    },

    async ImportResourceState({ type_name, id, identity }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const state = await importOne(idOf(identity) ?? id, shape, surely(shape));
        return { imported_resources: [{ type_name, ...stateAnswer(IMPORTED, state) }] };
      });
    },

    async MoveResourceState({ source_type_name, source_state, source_private, target_type_name }) {
      return answered(async () => {
        const { id } = asSpec(decodeValue({ json: source_state.json }));
        const moved = {
          target_state: { json: source_state.json },
          target_identity: identityOf({ values: { id: id ?? null } }),
        };
        if (source_type_name === target_type_name) return { ...moved, target_private: source_private };
        // Of another provider, and the same kind (`null_resource`): what that one kept beside it says nothing to us.
        if (shapeOf(target_type_name).kind === opened.shapes().get(source_type_name)?.kind) return moved;
        throw new ProblemError({
          code: "cannot-move",
          message: `${source_type_name} is another type of object than ${target_type_name}.`,
          hint: "Take it over with an import block, and let the old address go with a removed block.",
        });
      });
    },

    async GenerateResourceConfig({ type_name, state }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const values = asSpec(decodeValue(state));
        const told = Object.fromEntries(["id", ...shape.outputs.map(({ name }) => name)].map((name) => [name, null]));
        return { config: encodeValue(whole({ ...values, ...told }, shape)) };
      });
    },
  };
}
