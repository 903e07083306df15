/** PagerDuty: who is on call, read and never written, and teams. */
import { ProblemError } from "../../engine/problem.ts";
import { defineProvider } from "../../engine/provider.ts";
import { CONCURRENCY, TEAM_PLANS } from "./client/connection.ts";
import { connectPagerduty, fold } from "./client.ts";
import { doctor } from "./doctor.ts";
import { schedule } from "./resources/schedule.ts";
import { team } from "./resources/team.ts";
import { user } from "./resources/user.ts";

export const pagerduty = defineProvider({
  name: "pagerduty",
  concurrency: CONCURRENCY,
  kinds: [schedule, team, user],
  connect: connectPagerduty,

  /** No endpoint names the account to an account key; the web address of any user carries its subdomain. */
  async tenant(reader) {
    const anyUser = await reader.anyUser();
    if (anyUser === undefined) {
      throw new ProblemError({
        code: "pagerduty-no-users",
        message: "The key sees no user of the PagerDuty account, so the account cannot be told from another.",
        hint: "Use an account-level key, or the key of a user who sees others.",
      });
    }
    return { id: new URL(anyUser.webAddress).hostname, host: reader.host };
  },

  /** Without the ability every call about teams is refused (402), the first in the middle of a plan. */
  async preflight(reader, kinds) {
    if (!kinds.includes("team") || (await reader.abilities()).includes("teams")) return [];
    return [
      {
        code: "pagerduty-not-licensed",
        message: "The account's plan has no teams (ability `teams`).",
        hint: TEAM_PLANS,
      },
    ];
  },

  doctor,

  async people(reader, names) {
    const found = await reader.usersByEmail(names);
    return names.map((name) => {
      const match = found.get(fold(name));
      return { name, candidates: match === undefined ? [] : [{ id: match.id, login: fold(match.email) }] };
    });
  },
});
