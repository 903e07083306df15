/** What a resource block says, as the document that says the same: read and refused by what reads every document. */
import { isName } from "../address.ts";
import type { Config } from "../config/config.ts";
import { escapeTemplate } from "../config/template.ts";
import { ENVELOPE, envelopeOf } from "../config/terraform/envelope.ts";
import type { Attribute, ResourceShape } from "../config/terraform/shape.ts";
import { specOf } from "../config/terraform/values.ts";
import { validate } from "../config/validate.ts";
import type { Resource, Spec, Value } from "../model.ts";
import { providerOf, shortKind } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, hasUnknown, isList, isObject, isUnknown, knownPart, leaves, pointer } from "../value.ts";
import { placed, placesIn } from "./places.ts";

export interface Declared {
  /** Absent where something is wrong, or not known yet. */
  readonly resource?: Resource;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Values of secret fields, by the reference that stands for each in the spec. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** `values` are the attributes as configured. */
export function declaredIn(values: Spec, shape: ResourceShape, config: Config): Declared {
  const secrets = new Map<string, string>();
  const spec = hideSecrets(specOf(values, shape.attributes), shape.attributes, secrets);
  return read(spec, envelopeOf(values[ENVELOPE]), shape.kind, config, secrets);
}

/** A spec as it is remembered: resolved, so that nothing in it is looked up again. */
export function rememberedAs(spec: Spec, values: Spec, kind: string, config: Config): Resource {
  const { manage, ...envelope } = envelopeOf(values[ENVELOPE]);
  const name = nameOf(envelope.name, spec, kind, config);
  const plain = { labels: {}, ignore: [], dependsOn: [], protect: false, sources: placesIn({}), source: placed("") };
  const modes = asSpec(manage ?? {}) as Resource["manage"];
  return {
    ...plain,
    address: `${providerOf(kind)}/${shortKind(kind)}/${name}`,
    instance: providerOf(kind),
    kind,
    spec: escaped(spec),
    manage: modes,
  };
}

function read(spec: Spec, envelope: Spec, kind: string, config: Config, secrets: Declared["secrets"]): Declared {
  const open = [...leaves(spec, isUnknown)]
    .filter(([, value]) => isUnknown(value))
    .map(([path]) => pointer(["spec", ...path]));
  const known = asSpec(open.length === 0 ? spec : (knownPart(spec) ?? {}));
  const { name, ...rest } = envelope;
  const whole = {
    ...asSpec(knownPart(rest) ?? {}),
    kind,
    name: nameOf(name, known, kind, config),
    spec: escaped(known),
  };
  // Of what is not known yet nothing is wrong yet, nor of what holds it.
  const aboutKnown = ({ source }: Problem): boolean =>
    !open.some((one) => one.startsWith(source?.file ?? "") || (source?.file ?? "").startsWith(one));
  try {
    const { resources, warnings } = validate([{ value: whole, source: placed(""), sources: placesIn(whole) }], config);
    const [resource] = resources;
    const ready = resource !== undefined && open.length === 0 && !hasUnknown(envelope);
    return { ...(ready ? { resource } : {}), problems: [], warnings: warnings.filter(aboutKnown), secrets };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { problems: error.problems.filter(aboutKnown), warnings: [], secrets };
  }
}

/** The last part of the address: as told, else what people call the object. Terraform tells nobody the block's label. */
function nameOf(said: Value | undefined, spec: Spec, kind: string, { providers }: Config): string {
  if (typeof said === "string") return said;
  const key = providers.get(providerOf(kind))?.kinds.get(shortKind(kind))?.key(spec) ?? "";
  const name = key
    .replaceAll(/[^A-Za-z0-9._@+-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 200);
  return isName(name) ? name : "unnamed";
}

/** A `$` of Terraform's is text by the time it is here; in a document it would begin a template. */
function escaped(spec: Spec): Spec {
  const walk = (value: Value): Value => {
    if (typeof value === "string") return escapeTemplate(value);
    if (isList(value)) return value.map(walk);
    if (!isObject(value) || "$secret" in value) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, SECRET.test(String(item)) ? item : walk(item)]),
    );
  };
  return asSpec(walk(spec));
}

/** Says itself where it comes from, as in accord.yaml (HCL writes it `$${env:NAME}`). */
const ELSEWHERE = /\$\{(env|file):/;
const SECRET = /^\$\{env:TERRAFORM_\d+\}$/;

/** Secrets leave the spec here, and come back where they are sent: nothing in between can keep one. */
export function hideSecrets(spec: Spec, attributes: readonly Attribute[], into: Map<string, string>): Spec {
  const hide = (value: Value): Value => {
    if (typeof value === "string") {
      if (ELSEWHERE.test(value)) return value;
      const reference = `\${env:TERRAFORM_${into.size}}`;
      into.set(reference, value);
      return reference;
    }
    return isObject(value) && !isUnknown(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item)]))
      : value;
  };
  const hidden: Record<string, Value> = { ...spec };
  for (const { field, shape, secret } of attributes) {
    const value = hidden[field];
    if (value === undefined || value === null) continue;
    if (secret) hidden[field] = hide(value);
    else if (shape.form === "object" && isObject(value)) hidden[field] = hideSecrets(value, shape.attributes, into);
  }
  return hidden;
}
