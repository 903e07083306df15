/**
 * Why live members that nobody declared are there: the vendor's own word (a rule), or another system's grant. Asked
 * only for collections in mode `explained` that hold such members.
 */
import type { FieldRule } from "../config/rules.ts";
import type { Found } from "../diff/found.ts";
import type { Graph } from "../graph/build.ts";
import type { Grant } from "../kind.ts";
import type { Address, Resource, Spec, Value } from "../model.ts";
import { isList, valueAt } from "../value.ts";
import type { Catalog, Instances } from "./tenants.ts";

type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Question {
  readonly resource: Resource;
  readonly field: string;
  readonly slug: string;
  readonly id: string;
  readonly own: Readonly<Record<string, string>>;
}

export async function explain(
  graph: Pick<Graph, "resources">,
  wanted: ReadonlyMap<Address, Spec>,
  found: ReadonlyMap<Address, Found>,
  instances: Instances,
  catalog: Catalog,
): Promise<ReadonlyMap<Address, Reasons>> {
  const questions = [...graph.resources.values()].flatMap((resource) => questionsOf(resource, wanted, found, catalog));
  if (questions.length === 0) return new Map();
  const grants = await allGrants(
    [...new Set(questions.filter((one) => one.slug !== "").map((one) => one.id))],
    instances,
  );
  const explained = new Map<Address, Record<string, Record<string, string>>>();
  for (const question of questions) {
    const reasons: Record<string, string> = {};
    Object.assign(reasons, question.own);
    for (const grant of grants.get(`${question.id} ${question.slug}`) ?? []) {
      for (const name of grant.names) reasons[name.toLowerCase()] ??= grant.reason;
    }
    const fields = explained.get(question.resource.address) ?? {};
    explained.set(question.resource.address, { ...fields, [question.field]: reasons });
  }
  return explained;
}

function questionsOf(
  resource: Resource,
  wanted: ReadonlyMap<Address, Spec>,
  found: ReadonlyMap<Address, Found>,
  catalog: Catalog,
): Question[] {
  const at = found.get(resource.address);
  if (at?.state !== "present") return [];
  const rules = catalog.rulesOf(resource.kind).spec;
  const questions: Question[] = [];
  for (const [field, mode] of Object.entries(resource.manage)) {
    if (mode !== "explained") continue;
    const path = field.split(".");
    const own = lowerKeys(at.live.explained?.[field] ?? {});
    const declared = namesOf(valueAt(wanted.get(resource.address), path));
    const strangers = namesOf(valueAt(at.live.spec, path)).filter(
      (name) => !declared.includes(name) && own[name] === undefined,
    );
    let rule: FieldRule | undefined = rules;
    for (const step of path) rule = rule?.properties?.get(step);
    questions.push({
      resource,
      field,
      slug: strangers.length === 0 ? "" : (rule?.grantedAs ?? ""),
      id: at.live.id,
      own,
    });
  }
  return questions;
}

function namesOf(value: Value | undefined): string[] {
  return isList(value)
    ? value.filter((item): item is string => typeof item === "string").map((name) => name.toLowerCase())
    : [];
}

function lowerKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]));
}

async function allGrants(ids: readonly string[], instances: Instances): Promise<Map<string, Grant[]>> {
  const grants = new Map<string, Grant[]>();
  if (ids.length === 0) return grants;
  for (const instance of instances.values()) {
    for (const facts of instance.provider.kinds.values()) {
      if (!facts.can.grants) continue;
      for await (const grant of instance.view.grants(facts.name, ids)) {
        const key = `${grant.object} ${grant.slug}`;
        const list = grants.get(key);
        if (list === undefined) grants.set(key, [grant]);
        else list.push(grant);
      }
    }
  }
  return grants;
}
