/** Each shape of an automation's field, to C1 and back. */

import type { Spec, Value } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { type Fields, isFields, jsonValue, textsOf } from "../../shared/narrow.ts";
import { refId, refIds } from "../../shared/spec.ts";
import { fromWire, toWire } from "../client/duration.ts";
import { refOfRow, refTo, scopedId, scopedRef, scopedRefs } from "../client/refs.ts";
import { fields, flag, objects, text } from "../client/wire.ts";
import type { ArmField, Shape } from "./automation-arms.ts";

export interface Names {
  /** Login → id. */
  idOf(login: string): string;
  /** Id → login. */
  loginOf(id: string): string;
}

type ToApi = (spec: Spec, field: ArmField, names: Names) => Fields;
type ToSpec = (row: Fields, field: ArmField, names: Names) => Spec;

const one = (ours: string, value: Value): Spec => ({ [ours]: value });
const list = (value: unknown): Value => objects(value).map((row) => refTo(scopedId(refOfRow(row))));

const WORDS: ToApi = (spec, { ours, theirs }) => ({ [theirs]: text(spec[ours]) });
const WORDS_BACK: ToSpec = (row, { ours, theirs }) => one(ours, text(row[theirs]));

const TO_API: Readonly<Record<Shape, ToApi>> = {
  text: WORDS,
  condition: WORDS,
  cel: WORDS,
  template: WORDS,
  templates: (spec, { ours, theirs }) => ({ [theirs]: asSpec(spec[ours] ?? {}) }),
  reference: (spec, { ours, theirs }) => ({ [theirs]: refId(spec[ours]) ?? "" }),
  connector: (spec, { ours, theirs }) => ({ [theirs]: scopedRef(refId(spec[ours]) ?? "") }),
  entitlements: (spec, { ours }) => ({ inclusionList: { appEntitlementRefs: scopedRefs(spec[ours]) } }),
  revoked: (spec, { ours }) =>
    spec.everything === true ? { inclusionAll: {} } : { inclusionList: { appEntitlementRefs: scopedRefs(spec[ours]) } },
  anyEntitlements: (spec, { ours }) => {
    const refs = scopedRefs(spec[ours]);
    return refs.length === 0 ? { inclusionAll: {} } : { inclusionList: { appEntitlementRefs: refs } };
  },
  exceptEntitlements: (spec, { ours }) => {
    const refs = scopedRefs(spec[ours]);
    return refs.length === 0 ? { exclusionNone: {} } : { exclusionList: { excludedAppEntitlementRefs: refs } };
  },
  profiles: (spec, { ours, theirs }) => ({ [theirs]: refIds(spec[ours]) }),
  conflicts: (spec, { ours, theirs }) => {
    const ids = refIds(spec[ours]);
    return ids.length === 0 ? { allConflictMonitors: true } : { [theirs]: { [theirs]: ids.map((id) => ({ id })) } };
  },
  automation: (spec, { ours, theirs }) => ({ [theirs]: { id: refId(spec[ours]) ?? "" } }),
  duration: (spec, { ours, theirs }) => ({ [theirs]: toWire(text(spec[ours])) }),
  status: (spec, { ours, theirs }) => ({ [theirs]: text(spec[ours]).toUpperCase() }),
  user: (spec, _, { idOf }) => {
    if (typeof spec.userCel === "string") return { userIdCel: spec.userCel };
    return typeof spec.user === "string" ? { userRef: { id: idOf(spec.user) } } : { useSubjectUser: true };
  },
  users: (spec, _, { idOf }) => {
    if (typeof spec.usersCel === "string") return { userIdsCel: spec.usersCel };
    const people = textsOf(spec.users);
    return people.length === 0 ? { useSubjectUser: true } : { userRefs: people.map((login) => ({ id: idOf(login) })) };
  },
  account: (spec, { ours, theirs }) =>
    typeof spec[ours] === "string" ? { [theirs]: { accountIdCel: spec[ours] } } : { accountInContext: {} },
  jwks: (spec, { ours, theirs }) => ({ [theirs]: { jwksUrl: text(spec[ours]) } }),
};

const TO_SPEC: Readonly<Record<Shape, ToSpec>> = {
  text: WORDS_BACK,
  condition: WORDS_BACK,
  cel: WORDS_BACK,
  template: WORDS_BACK,
  templates: (row, { ours, theirs }) => one(ours, jsonValue(fields(row[theirs]))),
  reference: (row, { ours, theirs }) => one(ours, { id: text(row[theirs]) }),
  connector: (row, { ours, theirs }) => one(ours, { id: scopedId(refOfRow(fields(row[theirs]))) }),
  entitlements: (row, { ours }) => one(ours, list(fields(row.inclusionList).appEntitlementRefs)),
  revoked: (row, { ours }) =>
    isFields(row.inclusionAll) ? { everything: true } : one(ours, list(fields(row.inclusionList).appEntitlementRefs)),
  anyEntitlements: (row, { ours }) => one(ours, list(fields(row.inclusionList).appEntitlementRefs)),
  exceptEntitlements: (row, { ours }) => one(ours, list(fields(row.exclusionList).excludedAppEntitlementRefs)),
  profiles: (row, { ours, theirs }) => one(ours, textsOf(row[theirs]).map(refTo)),
  conflicts: (row, { ours, theirs }) =>
    one(
      ours,
      objects(fields(row[theirs])[theirs]).map(({ id }) => refTo(text(id))),
    ),
  automation: (row, { ours, theirs }) => one(ours, { id: text(fields(row[theirs]).id) }),
  duration: (row, { ours, theirs }) => one(ours, fromWire(row[theirs]) ?? ""),
  status: (row, { ours, theirs }) => one(ours, text(row[theirs]).toLowerCase()),
  user: (row, _, { loginOf }) => {
    if (text(row.userIdCel) !== "") return { userCel: text(row.userIdCel) };
    const id = text(fields(row.userRef).id);
    return id === "" || flag(row.useSubjectUser) ? {} : { user: loginOf(id) };
  },
  users: (row, _, { loginOf }) => {
    if (text(row.userIdsCel) !== "") return { usersCel: text(row.userIdsCel) };
    const ids = objects(row.userRefs).map(({ id }) => text(id));
    return ids.length === 0 ? {} : { users: ids.map(loginOf) };
  },
  account: (row, { ours, theirs }) => (isFields(row[theirs]) ? one(ours, text(fields(row[theirs]).accountIdCel)) : {}),
  jwks: (row, { ours, theirs }) => one(ours, text(fields(row[theirs]).jwksUrl)),
};

export function fieldToApi(spec: Spec, field: ArmField, names: Names): Fields {
  return TO_API[field.shape](spec, field, names);
}

export function fieldToSpec(row: Fields, field: ArmField, names: Names): Spec {
  return TO_SPEC[field.shape](row, field, names);
}

/** Ids of the people that an arm names. */
export function peopleInRow(row: Fields): readonly string[] {
  return [text(fields(row.userRef).id), ...objects(row.userRefs).map(({ id }) => text(id))].filter((id) => id !== "");
}
