/** Teams and who is in them, in which role (oncall.md §1.3). There is no call for several members at once. */
import type { Recorder } from "../../../engine/kind.ts";
import { type Answer, type Call, path } from "../../shared/http.ts";
import { optionalText } from "../../shared/narrow.ts";
import { fieldsOf, textOf } from "./rows.ts";

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly defaultRole: string;
}

export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly role: string;
}

/** What a write says of a team; PagerDuty takes all three together. */
export interface TeamInput {
  readonly name: string;
  readonly description?: string;
  readonly default_role?: string;
}

export interface TeamReader {
  teams(): Promise<readonly Team[]>;
  team(id: string): Promise<Team | undefined>;
  /** Never a kept answer: removals are decided on it. */
  members(teamId: string): Promise<readonly Member[]>;
  /** Names of the team's escalation policies that name the user. */
  policiesNaming(teamId: string, userId: string): Promise<readonly string[]>;
}

export interface TeamWriter {
  /** Teams of exactly this name, as they are now: names need not be unique. */
  namesakes(name: string): Promise<readonly Team[]>;
  createTeam(team: TeamInput): Promise<Team>;
  updateTeam(id: string, team: TeamInput): Promise<Team>;
  deleteTeam(id: string): Promise<void>;
  /** Adds somebody, or gives a member another role. */
  putMember(teamId: string, userId: string, role: string): Promise<void>;
  removeMember(teamId: string, userId: string): Promise<void>;
}

/** The reads of a reader, and its way through pages. */
export interface Reads {
  pages<T>(target: string, name: string, narrow: (row: unknown) => T): Promise<readonly T[]>;
  byId<T>(target: string, name: string, narrow: (row: unknown) => T): Promise<T | undefined>;
}

export function teamReader({ pages, byId }: Reads): Omit<TeamReader, "teams"> {
  return {
    team: (id) => byId(path`/teams/${id}`, "team", teamOf),
    members: (id) => pages(`${path`/teams/${id}/members`}?include[]=users`, "members", memberOf),
    policiesNaming: (teamId, userId) =>
      pages(
        `/escalation_policies?team_ids[]=${encodeURIComponent(teamId)}&user_ids[]=${encodeURIComponent(userId)}`,
        "escalation_policies",
        (row) => textOf(fieldsOf(row, "an escalation policy"), "name", "an escalation policy"),
      ),
  };
}

export function teamWriter(
  { pages }: Reads,
  send: (call: Call, recorder: Recorder) => Promise<Answer>,
  recorder: Recorder,
  bucket: string,
): TeamWriter {
  const write = async (call: Omit<Call, "bucket">): Promise<unknown> =>
    (await send({ ...call, bucket }, recorder)).body;
  const teamIn = (body: unknown): Team => teamOf(fieldsOf(body, "a team").team);
  return {
    async namesakes(name) {
      // The filter is loose: it finds parts of names.
      const found = await pages(`/teams?query=${encodeURIComponent(name)}`, "teams", teamOf);
      return found.filter((team) => team.name === name);
    },
    createTeam: async (team) =>
      teamIn(
        await write({ method: "POST", path: "/teams", key: team.name, body: { team: { type: "team", ...team } } }),
      ),
    updateTeam: async (id, team) =>
      teamIn(await write({ method: "PUT", path: path`/teams/${id}`, body: { team: { type: "team", ...team } } })),
    async deleteTeam(id) {
      await write({ method: "DELETE", path: path`/teams/${id}`, accept: [404] });
    },
    async putMember(teamId, userId, role) {
      // What an omitted role becomes is not documented.
      await write({ method: "PUT", path: path`/teams/${teamId}/users/${userId}`, body: { role } });
    },
    async removeMember(teamId, userId) {
      await write({ method: "DELETE", path: path`/teams/${teamId}/users/${userId}`, accept: [404] });
    },
  };
}

export function teamOf(value: unknown): Team {
  const team = fieldsOf(value, "a team");
  return {
    id: textOf(team, "id", "a team"),
    name: textOf(team, "name", "a team"),
    description: optionalText(team, "description") ?? "",
    defaultRole: optionalText(team, "default_role") ?? "manager",
  };
}

function memberOf(value: unknown): Member {
  const member = fieldsOf(value, "a member of a team");
  const user = fieldsOf(member.user, "a member of a team");
  return {
    userId: textOf(user, "id", "a member of a team"),
    email: textOf(user, "email", "a member of a team"),
    role: textOf(member, "role", "a member of a team"),
  };
}
