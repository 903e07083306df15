/** ⇄ The provider's calls: Terraform's messages in and out, the work in between. Every error is a diagnostic. */

import { foreignTypes, snakeCase } from "../config/terraform/names.ts";
import { type ResourceShape, shapeOfKind } from "../config/terraform/shape.ts";
import { providerOf } from "../plan/tenants.ts";
import { type Problem, ProblemError, problemsOf } from "../problem.ts";
import { asSpec, isObject } from "../value.ts";
import { applyOne } from "./apply-one.ts";
import { declaredIn } from "./document.ts";
import { type DynamicValue, decodeValue, encodeValue } from "./dynamic-value.ts";
import { endOne, planEnd } from "./end-one.ts";
import { importOne } from "./import-one.ts";
import { decodeMemory, encodeMemory } from "./memory.ts";
import { type Diagnostic, diagnosticOf } from "./places.ts";
import { planOne } from "./plan-one.ts";
import { providerBlock, settingsAttributes, settingsIn } from "./provider-block.ts";
import { readOne } from "./read-one.ts";
import { openSession, type Session, type Surroundings, stackOf, unconfigured } from "./session.ts";
import { notConfigured, type State, whole } from "./state.ts";
import { resourceSchema } from "./wire-schema.ts";

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
  readonly id: string;
  readonly source_type_name: string;
  readonly source_state: { readonly json: Uint8Array };
  readonly source_private: Uint8Array;
  readonly target_type_name: string;
}

export type Answer = Readonly<Record<string, unknown>>;
export type Calls = Readonly<Record<string, (request: Request) => Promise<Answer>>>;

export function providerCalls(surroundings: Surroundings): Calls {
  const { schemas, names } = surroundings;
  const read = (path: string) => schemas.find(path) ?? {};
  const settings = settingsAttributes(schemas, names);
  const shapes = new Map<string, ResourceShape>();
  const allShapes = (): ReadonlyMap<string, ResourceShape> => {
    if (shapes.size > 0) return shapes;
    for (const kind of schemas.knownKinds()) {
      const shape = shapeOfKind(kind, read);
      shapes.set(shape.type, shape);
    }
    for (const [type, kind] of foreignTypes(schemas.knownKinds(), (name) => schemas.schemaOf(name))) {
      if (!shapes.has(type)) shapes.set(type, { ...shapeOfKind(kind, read), type });
    }
    return shapes;
  };
  const shapeOf = (type: string): ResourceShape => {
    const shape = allShapes().get(type);
    if (shape !== undefined) return shape;
    throw new ProblemError({
      code: "unknown-type",
      message: `There is no resource type ${type}.`,
      hint: "Upgrade the provider.",
    });
  };
  let session: Session | undefined;
  let waiting: readonly string[] = [];

  /** The tenants, or undefined while the provider's own settings are not known yet. */
  const sessionFor = ({ kind }: ResourceShape): Session | undefined => {
    if (waiting.includes(providerOf(kind))) return undefined;
    if (session?.targets.has(providerOf(kind)) === true) return session;
    throw new ProblemError(notConfigured(kind));
  };
  const surely = (shape: ResourceShape): Session => {
    const open = sessionFor(shape);
    if (open !== undefined) return open;
    throw new ProblemError({
      code: "not-configured",
      message: `The settings of ${providerOf(shape.kind)} are not known yet.`,
      hint: "Apply what they come from first: -target.",
    });
  };

  const inProvider = (problem: Problem): Diagnostic =>
    diagnosticOf(problem, ([first, name = ""]) =>
      first === "providers" && settings.has(name)
        ? { steps: [{ attribute_name: snakeCase(name) }], skip: 2, attributes: settings.get(name) ?? [] }
        : undefined,
    );

  return {
    async GetProviderSchema() {
      const wire = [...allShapes()].map(([type, shape]) => [type, resourceSchema(shape)] as const);
      return {
        provider: { version: 0, block: providerBlock(settings, schemas) },
        resource_schemas: Object.fromEntries(wire),
        data_source_schemas: {},
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
      const { stack, known, open, secrets } = settingsIn(config, settings);
      const given = Object.fromEntries(
        [...secrets].map(([reference, value]) => [reference.slice("${env:".length, -1), value]),
      );
      const env = { ...surroundings.env, ...given };
      return answered(async () => {
        waiting = open;
        session =
          Object.keys(known).length === 0
            ? undefined
            : await openSession(stackOf(stack, known, schemas, true), { ...surroundings, env });
        return {};
      }, inProvider);
    },

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
        if (open === undefined) return { new_state: current_state, private: bytes };
        const state = await readOne({ values, memory: decodeMemory(bytes) }, shape, open);
        return stateAnswer("new_state", "private", state);
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
        const planning = await planOne(asSpec(decodeValue(config)), prior, shape, open);
        return {
          planned_state: encodeValue(planning.values),
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
        return { ...stateAnswer("new_state", "private", applied.state), diagnostics: diagnosticsOf(applied, shape) };
      });
    },

    async ImportResourceState({ type_name, id }) {
      return answered(async () => {
        const shape = shapeOf(type_name);
        const state = await importOne(id, shape, surely(shape));
        return { imported_resources: [{ type_name, ...stateAnswer("state", "private", state) }] };
      });
    },

    async MoveResourceState({ source_type_name, source_state, source_private, target_type_name }) {
      return answered(async () => {
        if (source_type_name === target_type_name)
          return { target_state: { json: source_state.json }, target_private: source_private };
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

    async StopProvider() {
      // What is under way is finished and recorded; Terraform begins nothing more.
      return { Error: "" };
    },
  };
}

function stateIn(value: DynamicValue, bytes: Uint8Array): State | null {
  const values = decodeValue(value);
  return isObject(values) ? { values, memory: decodeMemory(bytes) } : null;
}

function stateAnswer(name: string, beside: string, state: State | null): Answer {
  if (state === null) return { [name]: encodeValue(null) };
  return {
    [name]: encodeValue(state.values),
    [beside]: state.memory === undefined ? new Uint8Array() : encodeMemory(state.memory),
  };
}

function diagnosticsOf(
  { problems, warnings }: { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] },
  shape: ResourceShape,
): readonly Diagnostic[] {
  const below = ([first]: readonly string[]) => {
    if (first === "spec") return { steps: [], skip: 1, attributes: shape.attributes };
    return undefined;
  };
  return [
    ...problems.map((problem) => diagnosticOf(problem, below)),
    ...warnings.map((problem) => diagnosticOf(problem, below, "WARNING")),
  ];
}

async function answered(
  work: () => Promise<Answer>,
  place = (problem: Problem) => diagnosticOf(problem, () => undefined),
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    return { diagnostics: problemsOf(error).map(place) };
  }
}
