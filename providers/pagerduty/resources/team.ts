/**
 * A team. Everybody in it has exactly one role, and each role is a set of its own: whoever changes roles is put into the
 * new one in a single call, and is never out in between.
 */
import type { Candidates, Finding, Kind, Want, WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { Edge, FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { onEach, throwAny } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import { textAt } from "../../shared/spec.ts";
import type { Member, Team, TeamInput } from "../client/teams.ts";
import { fold, type PagerdutyReader, type PagerdutyWriter } from "../client.ts";

export type TeamSpec = Spec & {
  readonly name?: string;
  readonly description?: string;
  readonly defaultRole?: string;
  readonly managers?: readonly string[];
  readonly responders?: readonly string[];
  readonly observers?: readonly string[];
};

/** Field of a spec → the role in PagerDuty's words. */
const ROLES = { managers: "manager", responders: "responder", observers: "observer" } as const;

type RoleField = keyof typeof ROLES;
const ROLE_FIELDS: readonly RoleField[] = ["managers", "responders", "observers"];

export const team: Kind<PagerdutyReader, PagerdutyWriter, TeamSpec> = {
  name: "team",
  proof: { by: "read" },
  key: (spec) => textAt(spec, "name"),

  *check(spec): Iterable<Finding> {
    const seen = new Map<string, RoleField>();
    for (const field of ROLE_FIELDS) {
      for (const [index, login] of (spec[field] ?? []).entries()) {
        if (typeof login !== "string") continue;
        const other = seen.get(fold(login));
        seen.set(fold(login), field);
        if (other === undefined || other === field) continue;
        yield {
          code: "pagerduty-two-roles",
          message: `${login} is under ${other} already, and has one role in a team.`,
          hint: `Leave ${login} under the role that is meant.`,
          path: [field, index],
        };
      }
    }
  },

  async *list(reader, want) {
    yield* inParallel(wantedTeams(await reader.teams(), want), async ({ row, withMembers }) =>
      toLive(row, withMembers ? await reader.members(row.id) : undefined),
    );
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async (object): Promise<Live<TeamSpec> | Gone> => {
      const row = await reader.team(object.id);
      if (row === undefined) return { gone: true, id: object.id };
      return toLive(row, asksForMembers(object) ? await reader.members(row.id) : undefined);
    });
  },

  async find(reader, lookup): Promise<Candidates> {
    return candidatesFor(await reader.teams(), textAt(lookup, "name"), (row) => row.name);
  },

  lookups: ({ spec }) => [{ name: spec.name ?? "" }],

  review: (reader, spec, live) => stakeholders(reader, spec, live),

  async create(writer, spec, context) {
    const input = inputOf(spec);
    // Names need not be unique, nothing tells when a team was made, and there is no place for a mark.
    const [twin] = await writer.namesakes(input.name);
    if (twin !== undefined) throw new ProblemError(existing(twin, context));
    const made = await writer.createTeam(input);
    await context.made(made.id);
    const id = personIds(context.people);
    const problems: Problem[] = [];
    for (const field of ROLE_FIELDS) {
      problems.push(
        ...(await onEach(spec[field] ?? [], label(field), (login) =>
          writer.putMember(made.id, id(login), ROLES[field]),
        )),
      );
    }
    throwAny(problems);
    const { spec: fields } = toLive(made, undefined);
    const roles = Object.fromEntries(ROLE_FIELDS.flatMap((field) => (spec[field] ? [[field, spec[field]]] : [])));
    return { id: made.id, spec: { ...fields, ...roles }, people: context.people };
  },

  async update(writer, live, spec, fields, context) {
    const goal: TeamSpec = { ...live.spec, ...spec };
    if (["name", "description", "defaultRole"].some((field) => touches(fields, field))) {
      await writer.updateTeam(live.id, inputOf(goal));
    }
    const id = personIds(context.people, live.people);
    const changes = ROLE_FIELDS.map((field) => ({ field, ...elementsAt(fields, field) }));
    const problems: Problem[] = [];
    for (const { field, added } of changes) {
      problems.push(
        ...(await onEach(textsOf(added), label(field), (login) => writer.putMember(live.id, id(login), ROLES[field]))),
      );
    }
    for (const { field, removed } of changes) {
      // Whoever is wanted in another role only changes roles, and stays although that was refused.
      const leaving = textsOf(removed).filter((login) => !isInAnother(field, login, fields, spec));
      problems.push(
        ...(await onEach(leaving, label(field), (login) => leave(writer, live, { login, userId: id(login) }))),
      );
    }
    throwAny(problems);
    return afterUpdate(live, goal, fields, context);
  },

  async delete(writer, live) {
    await writer.deleteTeam(live.id).catch((error: unknown) => {
      throw refusedWith(
        error,
        "Move its escalation policies, services, schedules and sub-teams to another team first.",
      );
    });
  },

  *edges({ spec, people }): Iterable<Edge> {
    for (const field of ROLE_FIELDS) {
      for (const person of spec[field] ?? []) {
        const personId = people?.[person];
        const entitlement = `${ROLES[field]} of the PagerDuty team ${spec.name ?? ""}`.trimEnd();
        yield { person, entitlement, ...(personId === undefined ? {} : { personId }) };
      }
    }
  },

  describe({ action, before, after, fields }) {
    if (action === "delete") {
      return {
        notes: ["Its members lose the role they have in it; open incidents stay without the team."],
        undo: "approximate",
      };
    }
    // A list that the document leaves out loses people too, where another one claims them.
    const moves = ROLE_FIELDS.flatMap((field) =>
      textsOf(elementsAt(fields, field).added).flatMap((login) =>
        ROLE_FIELDS.filter(
          (other) => other !== field && after?.[other] === undefined && holds(before?.spec[other], login),
        ).map((other) => `${login} is ${ROLES[other]} of the team now, and becomes ${ROLES[field]}.`),
      ),
    );
    return moves.length === 0 ? {} : { notes: moves };
  },
};

function wantedTeams(
  rows: readonly Team[],
  want: Want,
): readonly { readonly row: Team; readonly withMembers: boolean }[] {
  const ids = new Map(want.objects.flatMap((object) => (object.id === undefined ? [] : [[object.id, object]])));
  const names = new Map(want.objects.flatMap((object) => (object.key === undefined ? [] : [[object.key, object]])));
  return rows.flatMap((row) => {
    const object = ids.get(row.id) ?? names.get(row.name);
    if (want.everything === true) return [{ row, withMembers: true }];
    return object === undefined ? [] : [{ row, withMembers: asksForMembers(object) }];
  });
}

function asksForMembers({ fields }: WantedObject): boolean {
  return ROLE_FIELDS.some((field) => fields.includes(field));
}

function toLive(row: Team, members: readonly Member[] | undefined): Live<TeamSpec> {
  const inRole = (role: string): readonly string[] =>
    (members ?? []).filter((member) => member.role === role).map(({ email }) => fold(email));
  return {
    id: row.id,
    spec: {
      name: row.name,
      description: row.description,
      defaultRole: row.defaultRole,
      ...(members === undefined
        ? {}
        : { managers: inRole("manager"), responders: inRole("responder"), observers: inRole("observer") }),
    },
    people: Object.fromEntries((members ?? []).map(({ email, userId }) => [fold(email), userId])),
  };
}

function inputOf({ name, description, defaultRole }: TeamSpec): TeamInput {
  return {
    name: name ?? "",
    ...(description === undefined ? {} : { description }),
    ...(defaultRole === undefined ? {} : { default_role: defaultRole }),
  };
}

/** PagerDuty lets stakeholders be in no team (oncall.md §1.3); who is in it already is past that. */
async function stakeholders(
  reader: PagerdutyReader,
  spec: TeamSpec,
  live: Live<TeamSpec> | undefined,
): Promise<readonly Finding[]> {
  const coming = ROLE_FIELDS.flatMap((field) =>
    (spec[field] ?? []).map((login, index) => ({ field, login, index })),
  ).filter(({ login }) => typeof login === "string" && live?.people?.[fold(login)] === undefined);
  if (coming.length === 0) return [];
  const users = await reader.usersByEmail(coming.map(({ login }) => login));
  return coming.flatMap(({ field, login, index }): Finding[] => {
    const role = users.get(fold(login))?.role;
    if (role?.startsWith("read_only_") !== true) return [];
    return [
      {
        code: "pagerduty-stakeholder",
        message: `${login} is a stakeholder (${role}), and stakeholders cannot be in a team.`,
        hint: "Give the person another base role and licence in PagerDuty first, or leave them out.",
        path: [field, index],
      },
    ];
  });
}

interface Leaving {
  readonly login: string;
  readonly userId: string;
}

/** Who is named in an escalation policy of the team cannot leave it. */
async function leave(writer: PagerdutyWriter, live: Live<TeamSpec>, { login, userId }: Leaving): Promise<void> {
  try {
    await writer.removeMember(live.id, userId);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems[0]?.code !== "pagerduty-refused") throw error;
    const policies = await writer.policiesNaming(live.id, userId);
    if (policies.length === 0) throw error;
    const named = policies.map((name) => `"${name}"`).join(", ");
    throw new ProblemError(
      {
        code: "pagerduty-on-escalation-policy",
        message: `${login} cannot leave the team ${live.spec.name ?? live.id} while its escalation policy ${named} wakes them.`,
        hint: "Take them off that policy in PagerDuty, then apply again.",
      },
      { cause: error },
    );
  }
}

function isInAnother(field: RoleField, login: string, fields: readonly FieldChange[], spec: TeamSpec): boolean {
  return ROLE_FIELDS.some(
    (other) => other !== field && (holds(spec[other], login) || holds(textsOf(elementsAt(fields, other).added), login)),
  );
}

function holds(logins: readonly string[] | undefined, login: string): boolean {
  return logins?.some((one) => fold(one) === fold(login)) === true;
}

/** The live object with the changes made; the proof reads it back. */
function afterUpdate(
  live: Live<TeamSpec>,
  goal: TeamSpec,
  fields: readonly FieldChange[],
  context: WriteContext,
): Live<TeamSpec> {
  const added = ROLE_FIELDS.map((field) => [field, textsOf(elementsAt(fields, field).added)] as const);
  const lists = ROLE_FIELDS.flatMap((field) => {
    const before = live.spec[field];
    const { removed, added: coming } = elementsAt(fields, field);
    if (before === undefined && coming.length === 0) return [];
    const moved = added.filter(([other]) => other !== field).flatMap(([, logins]) => logins);
    const staying = (before ?? []).filter((login) => !holds([...textsOf(removed), ...moved], login));
    return [[field, [...staying, ...textsOf(coming)]]];
  });
  const { name, description, defaultRole } = goal;
  return {
    ...live,
    spec: {
      ...live.spec,
      ...Object.fromEntries(Object.entries({ name, description, defaultRole }).filter(([key]) => touches(fields, key))),
      ...Object.fromEntries(lists),
    },
    people: { ...live.people, ...context.people },
  };
}

function label(field: RoleField): (login: string) => string {
  return (login) => `${ROLES[field]} ${login}`;
}

function refusedWith(error: unknown, hint: string): unknown {
  if (!(error instanceof ProblemError)) return error;
  return new ProblemError(
    error.problems.map((problem) => (problem.code === "pagerduty-refused" ? { ...problem, hint } : problem)),
    { cause: error },
  );
}

function existing({ name, id }: Team, { address }: WriteContext): Problem {
  return {
    code: "exists",
    message: `There is a team "${name}" already (${id}), and PagerDuty would make another of the same name.`,
    hint: `Bind it with \`accord import ${address} ${id}\`, or say \`adopt: true\` in the document.`,
  };
}
