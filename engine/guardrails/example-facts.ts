/** What an example leaves out is empty, or as usual. */
import type { Spec, Value } from "../model.ts";
import { asSpec, isList } from "../value.ts";
import type { ChangeFacts, Facts } from "./facts.ts";
import type { MoveFacts } from "./move-facts.ts";
import type { ObjectFacts } from "./object-facts.ts";
import { NO_CHANGE } from "./subjects.ts";

/** As the schema passed it. The change, and the move, that an example is about stand first in the plan's. */
export function exampleFacts({ change, move, plan, impact }: Spec): Facts {
  const whole = asSpec(plan ?? {});
  const { gained = [], lost = [] } = asSpec(impact ?? {});
  const own = change === undefined ? [] : [changeFacts(asSpec(change))];
  const moves = move === undefined ? [] : [moveFacts(asSpec(move), own[0])];
  return {
    plan: {
      stack: text(whole.stack, "example"),
      environment: text(whole.environment, "default"),
      mode: text(whole.mode, "normal"),
      complete: whole.complete !== false,
      changes: [...own, ...items(whole.changes).map(changeFacts)],
      administrators: items(whole.administrators).map((one) => ({
        instance: text(one.instance),
        ...{ before: texts(one.before), after: texts(one.after) },
      })),
    },
    impact: {
      gained: [
        ...moves.filter((one) => one.gained),
        ...items(gained).map((one) => moveFacts({ gained: true, ...one })),
      ],
      lost: [...moves.filter((one) => !one.gained), ...items(lost).map((one) => moveFacts({ gained: false, ...one }))],
    },
  };
}

function objectFacts(given: Spec): ObjectFacts {
  const kind = text(given.kind);
  const name = text(given.name, "example");
  const instance = text(given.instance, kind.split("/")[0]);
  return {
    ...{ kind, name, instance },
    address: text(given.address, `${instance}/${kind.split("/")[1] ?? ""}/${name}`),
    labels: labels(given.labels),
    protect: given.protect === true,
    privileged: given.privileged === true,
    declared: asSpec(given.declared ?? {}),
  };
}

function changeFacts(given: Spec): ChangeFacts {
  const object = objectFacts(given);
  return {
    ...NO_CHANGE,
    ...object,
    action: text(given.action, given.before === undefined ? "create" : "update"),
    before: asSpec(given.before ?? {}),
    after: given.after === undefined ? object.declared : asSpec(given.after),
    explained: asSpec(given.explained ?? {}),
    fields: items(given.fields).map((field) => ({ before: null, after: null, element: null, ...field })),
    uses: items(given.uses).map(objectFacts),
    usedBy: items(given.usedBy).map(objectFacts),
  };
}

function moveFacts(given: Spec, change?: ChangeFacts): MoveFacts {
  return {
    person: text(given.person, "somebody@example.com"),
    entitlement: text(given.entitlement, "member of example"),
    gained: given.gained !== false,
    privileged: given.privileged === true || given.administers === true,
    administers: given.administers === true,
    account: given.account === true,
    rule: given.rule === true,
    certain: given.certain !== false,
    breakGlass: given.breakGlass === true,
    address: text(given.address, change?.address),
    kind: text(given.kind, change?.kind),
    paths: isList(given.paths) ? given.paths.map(texts) : [],
  };
}

function items(value: Value | undefined): readonly Spec[] {
  return isList(value) ? value.map(asSpec) : [];
}

function texts(value: Value | undefined): readonly string[] {
  return isList(value) ? value.map((one) => text(one)) : [];
}

function text(value: Value | undefined, otherwise = ""): string {
  return value === undefined ? otherwise : String(value);
}

function labels(value: Value | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asSpec(value ?? {})).map(([name, label]) => [name, String(label)]));
}
