/** ⇄ `terraform query`: what exists of a kind, with one list, as resources that could be imported. */
import { matcher } from "../adopt/names.ts";
import { saidName } from "../adopt/survey.ts";
import type { Attribute, ResourceShape } from "../config/terraform/shape.ts";
import type { Spec } from "../model.ts";
import { providerOf, shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { isList } from "../value.ts";
import { importedState } from "./import-one.ts";
import type { Session } from "./session.ts";
import { notConfigured, type State } from "./state.ts";

/** `list "accord_okta_group" "x" { config { … } }`. */
export const LIST_ATTRIBUTES: readonly Attribute[] = [
  {
    name: "match",
    field: "match",
    shape: { form: "list", element: { form: "string" } },
    description: "Only objects whose name matches one of these: whole, and exactly, where * stands for any text.",
    ...{ required: false, secret: false, immutable: false, nullable: false },
  },
];

export interface Listed {
  readonly name: string;
  readonly state: State;
}

/** In the order in which the vendor gives them; whoever has enough stops asking. */
export async function* listAll(config: Spec, shape: ResourceShape, session: Session): AsyncIterable<Listed> {
  const { kind } = shape;
  const target = session.shared().get(providerOf(kind));
  const facts = session.catalog.factsOf(kind);
  if (target === undefined) throw new ProblemError(notConfigured(kind));
  if (!facts.can.list) {
    throw new ProblemError({
      code: "cannot-list",
      message: `${kind} has no list: its objects are known by id only.`,
      hint: "Import each with an import block.",
    });
  }
  const matches = matcher(isList(config.match) ? config.match.map(String) : []);
  for await (const live of target.view.list(shortKind(kind), { objects: [], everything: true })) {
    const name = saidName(live, live.id) ?? facts.key(live.spec) ?? live.id;
    if (matches(name)) yield { name, state: importedState(live, shape, session) };
  }
}
