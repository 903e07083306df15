/** What every generated construct is: a Terraform resource whose attributes are a document's spec. */
import { createRequire } from "node:module";
import type { ITerraformDependable, ITerraformIterator, TerraformCount } from "cdktf";
import type { Construct } from "constructs";
import { isName } from "../address.ts";
import { ENVELOPE, envelopeValue } from "../config/terraform/envelope.ts";
import { snakeCase, typeOf } from "../config/terraform/names.ts";
import { attributePath } from "../config/terraform/paths.ts";
import { valuesOf } from "../config/terraform/values.ts";
import type { CollectionMode, Removal, Spec, Value } from "../model.ts";
import { shapeNamed } from "./shapes.ts";

// Required, not imported: an import would look through all of cdktf's files for names, and a program of cdktn's has its own.
const { dependable, TerraformResource, TerraformStack, Token, Tokenization }: typeof import("cdktf") = createRequire(
  import.meta.url,
)("cdktf");

/** What a document says around its spec. */
export interface Treatment<Collection extends string = string> {
  /** The last part of its address; unless told, the ids of the construct and of those that it is in, joined by dashes. */
  readonly name?: string;
  /** The instance of accord.yaml it lives in, where that is not named after its provider. */
  readonly instance?: string;
  /** Refuse to delete, replace, empty, forget or move it, even when it is declared no more. */
  readonly protect?: boolean;
  /** How a list treats live elements that it does not name, by field. */
  readonly manage?: { readonly [Field in Collection]?: CollectionMode };
  /** Fields, dotted where nested, that are never compared. */
  readonly ignore?: readonly string[];
  /** Words for guardrails and reports; they never reach the managed system. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What happens to the live object when it is declared no more. */
  readonly onRemoval?: Removal;
  /** Permission to bind to an object that exists already. */
  readonly adopt?: boolean | { readonly prune: boolean };
  /** What must be applied first, where no reference says so. */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** Anew, whenever one of these changes. */
  readonly replaceWith?: readonly ITerraformDependable[];
  readonly forEach?: ITerraformIterator;
  readonly count?: number | TerraformCount;
}

/** What may stand where an object is named: the construct that declares it. */
export interface Declared<Kind extends string = string> {
  /** `<provider>/<kind>`. */
  readonly kind: Kind;
  /** The vendor's id, known when it has been applied. */
  readonly id: string;
}

export abstract class DeclaredResource extends TerraformResource {
  abstract readonly kind: string;
  readonly #spec: object;
  readonly #kind: string;
  readonly #treatment: Treatment;

  constructor(scope: Construct, id: string, kind: string, spec: object, treatment: Treatment) {
    const { dependsOn, forEach, count } = treatment;
    super(scope, id, {
      terraformResourceType: typeOf(kind),
      ...(dependsOn === undefined ? {} : { dependsOn: [...dependsOn] }),
      ...(forEach === undefined ? {} : { forEach }),
      ...(count === undefined ? {} : { count }),
    });
    this.#kind = kind;
    this.#spec = spec;
    this.#treatment = treatment;
    const { instance } = treatment;
    if (instance !== undefined) this.addOverride("provider", `accord.${instance}`);
  }

  /** The vendor's id, known when it has been applied. */
  get id(): string {
    return this.output("id");
  }

  /** A field, or a fact that the vendor gives, for others to refer to. */
  protected output(field: string): string {
    return this.getStringAttribute(snakeCase(field));
  }

  /** Whatever the program says itself (`group.lifecycle = …`) counts more. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const said = super.terraformMetaArguments;
    const { protect, ignore = [], replaceWith = [] } = this.#treatment;
    const { attributes } = shapeNamed(this.#kind);
    const lifecycle = {
      ...(protect === true ? { preventDestroy: true } : {}),
      ...(ignore.length === 0 ? {} : { ignoreChanges: ignore.map((field) => attributePath(field, attributes)) }),
      // Stock Terraform takes no expression there, only the name of a block.
      ...(replaceWith.length === 0 ? {} : { replaceTriggeredBy: replaceWith.map((one) => dependable(one)) }),
      ...said.lifecycle,
    };
    // What is undefined here ends what stands there: an attribute of that name would not last.
    return Object.keys(lifecycle).length === 0 ? said : { ...said, lifecycle };
  }

  protected override synthesizeAttributes(): { [name: string]: Value } {
    const envelope = envelopeValue(this.#envelope());
    return {
      ...valuesOf(specOf(this.#spec), shapeNamed(this.#kind).attributes),
      ...(envelope === undefined ? {} : { [ENVELOPE]: envelope }),
    };
  }

  #envelope(): Spec {
    const { manage, labels, onRemoval, adopt } = this.#treatment;
    const name = this.#name();
    const said: Record<string, Value> = name === this.friendlyUniqueId ? {} : { name };
    if (manage !== undefined) said.manage = specOf(manage);
    if (labels !== undefined) said.labels = labels;
    if (onRemoval !== undefined) said.onRemoval = onRemoval;
    if (adopt !== undefined) said.adopt = typeof adopt === "boolean" ? adopt : { prune: adopt.prune };
    return said;
  }

  #name(): string {
    const { name, forEach, count } = this.#treatment;
    const own = name ?? namedAfter(this);
    if (forEach !== undefined) return `${own}-\${each.key}`;
    return count === undefined ? own : `${own}-\${count.index}`;
  }
}

/** Ids from below the stack on; what cannot stand in an address is a dash. What is called Resource is its scope's own. */
export function namedAfter(construct: Construct): string {
  const path = construct.node.scopes.map(({ node }) => node.id);
  const below = path
    .slice(construct.node.scopes.findIndex((scope) => TerraformStack.isStack(scope)) + 1)
    .filter((id) => id !== "Resource" && id !== "Default");
  const name = below.join("-").replaceAll(/[^A-Za-z0-9._@+-]+/g, "-");
  return isName(name) ? name : `x${name}`;
}

/** Plain data of a spec that may hold constructs and what cdktf resolves later. */
function specOf(spec: object): Spec {
  return Object.fromEntries(
    Object.entries(spec).flatMap(([field, value]): [string, Value][] =>
      value === undefined ? [] : [[field, plain(value)]],
    ),
  );
}

function plain(value: unknown): Value {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof DeclaredResource) return value.id;
  if (Tokenization.isResolvable(value)) return Token.asString(value);
  if (typeof value === "object") return specOf(value);
  throw new TypeError(`A spec holds data, and this is a ${typeof value}.`);
}
