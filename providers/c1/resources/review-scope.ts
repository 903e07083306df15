/**
 * What an access review takes in, to and from C1 (c1.md §10): five questions, each answered by one of several arms. `by`
 * says which; what an arm holds and a document cannot say is sent back as it was.
 */

import type { WriteContext } from "../../../engine/kind.ts";
import type { Live, Spec, Value } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { refIds } from "../../shared/spec.ts";
import { fromWire, toWire } from "../client/duration.ts";
import { refOfRow, refTo, type ScopedRef, scopedId, scopedRefs } from "../client/refs.ts";
import { fields, flag, objects, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { namePeople, userIds } from "./people.ts";
import { enumOf, wordOf, words } from "./review-words.ts";

/** Field of the document → its arms, by the word that `by` has for each. */
const ARMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apps: {
    access: "appAccess",
    entitlements: "specificResources",
    criteria: "appSelectionCriteria",
    "resource-types": "resourceTypeSelections",
  },
  users: { all: "allUsers", people: "selectedUsers", criteria: "userCriteria", cel: "celExpression" },
  accounts: { all: "allAccounts", criteria: "accountCriteria", cel: "accountCelExpression" },
  grants: { all: "allGrants", criteria: "grantsByCriteria" },
  accessConflicts: { all: "allAccessConflicts", specific: "specificAccessConflicts" },
};

const STATUS = "APP_USER_STATUS_";
const TYPE = "APP_USER_TYPE_";
const DOMAIN = "APP_USER_DOMAIN_";
const SOURCE = "GRANT_SOURCE_FILTER_";
const LASTING = "GRANT_FILTER_TYPE_";

/** Of these, C1 takes one. */
const SINCE = { sinceAdded: "daysSinceAdded", sinceReviewed: "daysSinceReviewed" };

export interface ScopeFound {
  readonly scope: Spec;
  readonly people: Readonly<Record<string, string>>;
}

/** `entitlements` are those that were chosen one by one. */
export async function scopeToSpec(
  reader: C1Reader,
  row: Fields,
  entitlements: readonly ScopedRef[] | undefined,
): Promise<ScopeFound> {
  const scope: Record<string, Value> = {};
  const people: Record<string, string> = {};
  const named = async (ids: unknown): Promise<readonly string[]> => {
    const found = await namePeople(reader, textsOf(ids));
    Object.assign(people, found.people);
    return found.logins;
  };
  for (const [part, arms] of Object.entries(ARMS)) {
    const [by, arm] = Object.entries(arms).find(([, name]) => isFields(row[name])) ?? [];
    if (by === undefined || arm === undefined) continue;
    const held = fields(row[arm]);
    if (arm === "specificResources") {
      scope[part] = { by, ...(entitlements === undefined ? {} : { entitlements: entitlements.map(refOfScoped) }) };
    } else if (arm === "selectedUsers") scope[part] = { by, people: await named(held.userIds) };
    else if (arm === "userCriteria") {
      scope[part] = { by, ...userCriteriaToSpec(held), managers: await named(held.managerUserIds) };
    } else scope[part] = { by, ...armToSpec(arm, held) };
  }
  return { scope, people };
}

function armToSpec(arm: string, held: Fields): Spec {
  if (arm === "celExpression" || arm === "accountCelExpression") return { cel: text(held.expression) };
  if (arm === "appSelectionCriteria") {
    return {
      riskLevels: textsOf(held.riskLevelAttributeValueIds).map(refTo),
      complianceFrameworks: textsOf(held.complianceFrameworkAttributeValueIds).map(refTo),
    };
  }
  if (arm === "accountCriteria") {
    return {
      types: words(held.accountTypes, TYPE),
      statuses: words(held.appUserStatuses, STATUS),
      domain: wordOf(held.accountDomain, DOMAIN) ?? null,
      withoutOwner: flag(held.noAccountOwner),
    };
  }
  if (arm === "grantsByCriteria") {
    return {
      ...Object.fromEntries(Object.entries(SINCE).map(([field, api]) => [field, fromWire(held[api]) ?? null])),
      unusedFor: fromWire(held.daysSinceLastUsed) ?? null,
      source: wordOf(held.sourceFilter, SOURCE) ?? null,
      lasting: wordOf(held.typeFilter, LASTING) ?? null,
    };
  }
  return {};
}

function userCriteriaToSpec(held: Fields): Spec {
  return {
    statuses: words(held.userStatus, ""),
    groups: objects(held.groupAppEntitlementsRef).map((ref) => refTo(scopedId(refOfRow(ref)))),
    attributes: Object.fromEntries(
      Object.entries(fields(held.multiUserProfileAttributes)).map(([key, values]) => [
        key,
        objects(fields(values).values).map((one) => text(one.value)),
      ]),
    ),
  };
}

/** The whole scope: declared parts over what C1 has, which is replaced at once. */
export function scopeToApi(spec: Spec, held: Fields, context: WriteContext, live?: Live): Fields {
  const api: Record<string, unknown> = { ...held };
  for (const [part, arms] of Object.entries(ARMS)) {
    if (spec[part] === undefined) continue;
    const declared = asSpec(spec[part]);
    const arm = arms[text(declared.by)];
    if (arm === undefined) continue;
    const before = asSpec(asSpec(live?.spec.scope ?? {})[part] ?? {});
    const whole = before.by === declared.by ? laidOver(before, declared) : declared;
    for (const other of Object.values(arms)) if (other !== arm) api[other] = null;
    api[arm] = { ...fields(held[arm]), ...armToApi(arm, whole, declared, (logins) => userIds(logins, context, live)) };
  }
  return api;
}

/** Attributes are a map, of which a document may name a part; one without values goes away. */
function laidOver(before: Spec, declared: Spec): Spec {
  const attributes = { ...asSpec(before.attributes ?? {}), ...asSpec(declared.attributes ?? {}) };
  return { ...before, ...declared, attributes };
}

type Ids = (logins: Value | undefined) => readonly string[];

function armToApi(arm: string, whole: Spec, declared: Spec, ids: Ids): Fields {
  if (arm === "celExpression" || arm === "accountCelExpression") return { expression: text(whole.cel) };
  if (arm === "selectedUsers") return { userIds: ids(whole.people) };
  if (arm === "appSelectionCriteria") {
    return {
      riskLevelAttributeValueIds: refIds(whole.riskLevels),
      complianceFrameworkAttributeValueIds: refIds(whole.complianceFrameworks),
    };
  }
  if (arm === "userCriteria") {
    return {
      userStatus: textsOf(whole.statuses).map((word) => enumOf(word, "")),
      managerUserIds: ids(whole.managers),
      groupAppEntitlementsRef: scopedRefs(whole.groups),
      multiUserProfileAttributes: Object.fromEntries(
        Object.entries(asSpec(whole.attributes ?? {}))
          .map(([key, values]) => [key, textsOf(values)] as const)
          .filter(([, values]) => values.length > 0)
          .map(([key, values]) => [key, { values: values.map((value) => ({ value })) }]),
      ),
    };
  }
  if (arm === "accountCriteria") {
    return {
      accountTypes: textsOf(whole.types).map((word) => enumOf(word, TYPE)),
      appUserStatuses: textsOf(whole.statuses).map((word) => enumOf(word, STATUS)),
      accountDomain: enumOf(whole.domain, DOMAIN),
      noAccountOwner: flag(whole.withoutOwner),
    };
  }
  if (arm === "grantsByCriteria") {
    return {
      ...sinceToApi(whole, declared),
      daysSinceLastUsed: toWire(text(whole.unusedFor)) ?? null,
      sourceFilter: enumOf(whole.source, SOURCE),
      typeFilter: enumOf(whole.lasting, LASTING),
    };
  }
  return {};
}

/** One that the document names takes the place of one that was there. */
function sinceToApi(whole: Spec, declared: Spec): Fields {
  const named = Object.keys(SINCE).some((field) => text(declared[field]) !== "");
  const from = named ? declared : whole;
  const since = Object.entries(SINCE).map(([field, api]) => [api, toWire(text(from[field])) ?? null]);
  return { ...Object.fromEntries(since), ...(named ? { grantsAddedBetween: null } : {}) };
}

function refOfScoped(ref: ScopedRef): Value {
  return refTo(scopedId(ref));
}
