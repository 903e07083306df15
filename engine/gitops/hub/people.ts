import { ProblemError } from "../../problem.ts";
import type { GitHub } from "../github.ts";
import { type Api, RefusedError, unlessMissing } from "./api.ts";
import { MEMBERS } from "./problem.ts";
import { fieldsOf, permissionOf } from "./read.ts";

type People = Pick<GitHub, "permission" | "isInTeam">;

export function peopleOfHub(api: Api): People {
  return {
    async permission(login) {
      const answer = api.send({
        route: "GET /repos/{owner}/{repo}/collaborators/{login}/permission",
        with: { login },
        what: `read what ${login} may do in the repository`,
        needs: "metadata: read",
      });
      // Where the repository is not to be seen, the answer is 404 too, but in other words.
      return unlessMissing(answer.then(permissionOf), "none", /is not a user/i);
    },

    async isInTeam(team, login) {
      const [org = "", slug = "", more] = team.split("/");
      if (org === "" || slug === "" || more !== undefined) throw badTeam(team);
      const what = `read who is in the team ${team}`;
      const membership = api.send({
        route: "GET /orgs/{org}/teams/{slug}/memberships/{login}",
        with: { org, slug, login },
        what,
        needs: MEMBERS,
      });
      try {
        return fieldsOf(await membership, "a team membership").state === "active";
      } catch (error) {
        if (!(error instanceof RefusedError) || error.status !== 404) throw error;
        // Nobody of that name in it, or no team that this token may see: only reading the team itself tells.
        await api.send({ route: "GET /orgs/{org}/teams/{slug}", with: { org, slug }, what, needs: MEMBERS });
        return false;
      }
    },
  };
}

function badTeam(team: string): ProblemError {
  return new ProblemError({
    code: "bad-team",
    message: `"${team}" does not name a team.`,
    hint: "Write <organization>/<team>, as in the team's address on GitHub: acme/platform.",
  });
}
