import type { Comment, GitHub } from "../github.ts";
import { type Api, unlessMissing } from "./api.ts";
import { createOnce } from "./create-once.ts";
import { fieldsOf, loginOf, numberOf, textOf } from "./read.ts";

type Comments = Pick<
  GitHub,
  "comments" | "createComment" | "updateComment" | "deleteComment" | "addLabel" | "removeLabel"
>;

const WRITE = "pull-requests: write";
const OF_ISSUE = "/repos/{owner}/{repo}/issues/{number}/comments";
const ONE = "/repos/{owner}/{repo}/issues/comments/{id}";

export function commentsOfHub(api: Api): Comments {
  async function comments(number: number): Promise<readonly Comment[]> {
    const found = await api.list({
      route: `GET ${OF_ISSUE}`,
      with: { number },
      what: `list comments of #${number}`,
      needs: "pull-requests: read",
    });
    if (found.length === 0) return [];
    const us = await api.viewer();
    return found.map((one) => commentOf(one, us)).sort((a, b) => a.id - b.id);
  }

  return {
    comments,

    createComment(number, body) {
      return createOnce(
        api,
        async () => {
          const ask = {
            route: `POST ${OF_ISSUE}`,
            with: { number, body },
            what: `comment on #${number}`,
            needs: WRITE,
          };
          const made = commentOf(await api.send(ask), "");
          return { ...made, ours: true };
        },
        async () => (await comments(number)).findLast((one) => one.ours && one.body === body),
      );
    },

    updateComment(id, body) {
      const ask = { route: `PATCH ${ONE}`, with: { id, body }, what: `change comment ${id}`, needs: WRITE };
      return unlessMissing(
        api.send(ask).then(() => true),
        false,
      );
    },

    async deleteComment(id) {
      await unlessMissing(
        api.send({ route: `DELETE ${ONE}`, with: { id }, what: `delete comment ${id}`, needs: WRITE }),
        undefined,
      );
    },

    async addLabel(number, label) {
      await api.send({
        route: "POST /repos/{owner}/{repo}/issues/{number}/labels",
        with: { number, labels: [label] },
        what: `label #${number}`,
        needs: WRITE,
        repeatable: true,
      });
    },

    async removeLabel(number, label) {
      const ask = {
        route: "DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}",
        with: { number, name: label },
        what: `take a label off #${number}`,
        needs: WRITE,
      };
      await unlessMissing(api.send(ask), undefined, /label does not exist/i);
    },
  };
}

function commentOf(value: unknown, us: string): Comment {
  const what = "a comment";
  const comment = fieldsOf(value, what);
  const login = loginOf(comment, "user");
  return {
    id: numberOf(comment, "id", what),
    ours: login !== "" && login === us,
    body: typeof comment.body === "string" ? comment.body : "",
    login,
    at: textOf(comment, "created_at", what),
    url: textOf(comment, "html_url", what),
  };
}
