import type { GitHub, Issue } from "../github.ts";
import type { Api } from "./api.ts";
import { createOnce } from "./create-once.ts";
import { stateOf } from "./pulls.ts";
import { issueOf, rowsOf } from "./read.ts";

type Issues = Pick<GitHub, "openIssues" | "createIssue" | "updateIssue">;

const LIST = "/repos/{owner}/{repo}/issues";

export function issuesOfHub(api: Api): Issues {
  async function open(labels: readonly string[]): Promise<readonly Issue[]> {
    const found = await api.list({
      route: `GET ${LIST}`,
      with: { state: "open", labels: labels.join(","), sort: "created", direction: "asc" },
      what: "list issues",
      needs: "issues: read",
    });
    return rowsOf(found, "issues")
      .filter((one) => one.pull_request === undefined)
      .map(issueOf);
  }

  return {
    openIssues: (label) => open([label]),

    createIssue({ title, body, labels }) {
      return createOnce(
        api,
        async () =>
          issueOf(
            await api.send({
              route: `POST ${LIST}`,
              with: { title, body, labels },
              what: "open an issue",
              needs: "issues: write",
            }),
          ),
        async () => (await open(labels)).findLast((one) => one.title === title && one.body === body),
      );
    },

    async updateIssue(number, { open: isOpen, ...fields }) {
      await api.send({
        route: `PATCH ${LIST}/{number}`,
        with: { number, ...fields, ...stateOf(isOpen) },
        what: `change issue #${number}`,
        needs: "issues: write",
      });
    },
  };
}
