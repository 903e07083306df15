import type { GitHub, Pull } from "../github.ts";
import type { Api } from "./api.ts";
import { createOnce } from "./create-once.ts";
import { handsOf } from "./hands.ts";
import { fieldsOf, numberOf, pullOf, reviewOf } from "./read.ts";

type Pulls = Pick<
  GitHub,
  "pull" | "pullsOf" | "openPulls" | "pullFrom" | "createPull" | "updatePull" | "reviews" | "hands"
>;

const READ = "pull-requests: read";
const WRITE = "pull-requests: write";
const ONE = "GET /repos/{owner}/{repo}/pulls/{number}";
const LIST = "GET /repos/{owner}/{repo}/pulls";

export function pullsOfHub(api: Api): Pulls {
  const one = (number: number): Promise<unknown> =>
    api.send({ route: ONE, with: { number }, what: `read pull request #${number}`, needs: READ });

  const pullFrom = async (branch: string): Promise<Pull | undefined> => {
    const found = await api.list({
      route: LIST,
      with: { state: "open", head: `${api.owner}:${branch}` },
      what: `list pull requests from ${branch}`,
      needs: READ,
    });
    // An owner's fork of a repository of its own would be found too.
    return found.map(pullOf).find((pull) => !pull.fork && pull.head.branch === branch);
  };

  return {
    pullFrom,

    async pull(number) {
      return pullOf(await one(number));
    },

    async pullsOf(commit) {
      const found = await api.list({
        route: "GET /repos/{owner}/{repo}/commits/{commit}/pulls",
        with: { commit },
        what: `list pull requests with commit ${commit.slice(0, 8)}`,
        needs: READ,
      });
      return found.map(pullOf).filter(({ open, merged }) => open || merged);
    },

    async openPulls(base) {
      const found = await api.list({
        route: LIST,
        with: { state: "open", base, sort: "created", direction: "asc" },
        what: `list pull requests onto ${base}`,
        needs: READ,
      });
      return found.map(pullOf);
    },

    async reviews(number) {
      const found = await api.list({
        route: "GET /repos/{owner}/{repo}/pulls/{number}/reviews",
        with: { number },
        what: `list reviews of pull request #${number}`,
        needs: READ,
      });
      return found.map(reviewOf);
    },

    async hands(number) {
      const what = `list commits of pull request #${number}`;
      const route = "GET /repos/{owner}/{repo}/pulls/{number}/commits";
      const [pull, commits] = await Promise.all([
        one(number),
        api.list({ route, with: { number }, what, needs: READ }),
      ]);
      return handsOf(commits, numberOf(fieldsOf(pull, "a pull request"), "commits", "a pull request"));
    },

    createPull({ title, body, branch, base }) {
      return createOnce(
        api,
        async () =>
          pullOf(
            await api.send({
              route: "POST /repos/{owner}/{repo}/pulls",
              with: { title, body, head: branch, base },
              what: `open a pull request from ${branch}`,
              needs: WRITE,
            }),
          ),
        () => pullFrom(branch),
      );
    },

    async updatePull(number, { open, ...fields }) {
      await api.send({
        route: "PATCH /repos/{owner}/{repo}/pulls/{number}",
        with: { number, ...fields, ...stateOf(open) },
        what: `change pull request #${number}`,
        needs: WRITE,
      });
    },
  };
}

/** As pull requests and issues write it. */
export function stateOf(open: boolean | undefined): { readonly state?: "open" | "closed" } {
  return open === undefined ? {} : { state: open ? "open" : "closed" };
}
