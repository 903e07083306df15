/** ⇄ The provider as one process of Terraform's has it: the types that there are, and the tenants once it is configured. */
import { foreignTypes } from "../config/terraform/names.ts";
import { type ResourceShape, shapeOfKind } from "../config/terraform/shape.ts";
import { providerOf } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import type { Settings } from "./provider-block.ts";
import { openSession, type Session, type Surroundings, stackOf } from "./session.ts";
import { notConfigured } from "./state.ts";

export interface Opened {
  /** By type. */
  shapes(): ReadonlyMap<string, ResourceShape>;
  shapeOf(type: string): ResourceShape;
  configure(settings: Settings): Promise<void>;
  /** The tenants, or undefined while the provider's own settings are not known yet. */
  sessionFor(shape: ResourceShape): Session | undefined;
  /** The tenants, where nothing can be done without them. */
  surely(shape: ResourceShape): Session;
}

export function openProvider(surroundings: Surroundings): Opened {
  const { schemas } = surroundings;
  const read = (path: string) => schemas.find(path) ?? {};
  const known = new Map<string, ResourceShape>();
  let session: Session | undefined;
  let waiting: readonly string[] = [];

  const shapes = (): ReadonlyMap<string, ResourceShape> => {
    if (known.size > 0) return known;
    const kinds = schemas.knownKinds();
    for (const kind of kinds) {
      const shape = shapeOfKind(kind, read);
      known.set(shape.type, shape);
    }
    for (const [type, kind] of foreignTypes(kinds, (name) => schemas.schemaOf(name))) {
      if (!known.has(type)) known.set(type, { ...shapeOfKind(kind, read), type });
    }
    return known;
  };
  const sessionFor = ({ kind }: ResourceShape): Session | undefined => {
    if (waiting.includes(providerOf(kind))) return undefined;
    if (session?.targets.has(providerOf(kind)) === true) return session;
    throw new ProblemError(notConfigured(kind));
  };
  return {
    shapes,
    sessionFor,
    shapeOf(type) {
      const shape = shapes().get(type);
      if (shape !== undefined) return shape;
      throw new ProblemError({
        code: "unknown-type",
        message: `There is no resource type ${type}.`,
        hint: "Upgrade the provider.",
      });
    },
    async configure({ stack, known: settings, open, secrets }) {
      const given = Object.fromEntries(
        [...secrets].map(([reference, value]) => [reference.slice("${env:".length, -1), value]),
      );
      waiting = open;
      session =
        Object.keys(settings).length === 0
          ? undefined
          : await openSession(stackOf(stack, settings, schemas, true), {
              ...surroundings,
              env: { ...surroundings.env, ...given },
            });
    },
    surely(shape) {
      const open = sessionFor(shape);
      if (open !== undefined) return open;
      throw new ProblemError({
        code: "not-configured",
        message: `The settings of ${providerOf(shape.kind)} are not known yet.`,
        hint: "Apply what they come from first: -target.",
      });
    },
  };
}
