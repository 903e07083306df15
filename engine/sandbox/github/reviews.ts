import { json } from "../../../providers/shared/emulator.ts";
import { type Call, type Endpoint, notFound, numberIn, optionalTextIn, page, Refusal } from "./call.ts";
import { pullIn } from "./pulls.ts";
import { atLeast } from "./rights.ts";
import { ACTIONS, nowIso, type ReviewRow } from "./rows.ts";
import { reviewShape } from "./shapes/pull.ts";

const LIST = "/repos/{owner}/{repo}/pulls/{number}/reviews";
const STATES = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

export const reviewEndpoints: readonly Endpoint[] = [
  { method: "GET", path: LIST, needs: { pull_requests: "read" }, handle: listed },
  { method: "POST", path: LIST, needs: { pull_requests: "write" }, handle: created },
  { method: "PUT", path: `${LIST}/{review}/dismissals`, needs: { pull_requests: "write" }, handle: dismissed },
];

function listed(call: Call): Response {
  const { number } = pullIn(call);
  // A review that is still being written shows itself only to its writer.
  const rows = call.hub.reviews.filter(
    (row) => row.pull === number && (row.state !== "PENDING" || row.login === call.caller.login),
  );
  return page(
    call,
    rows.map((row) => reviewShape(call.hub, row)),
  );
}

function created(call: Call): Response {
  const { hub, caller, body } = call;
  const row = pullIn(call);
  const text = optionalTextIn(call, "body") ?? "";
  const event = body.event;
  if (event !== undefined && event !== "APPROVE" && event !== "REQUEST_CHANGES" && event !== "COMMENT") {
    throw new Refusal(422, "Unprocessable Entity", {
      errors: ["Variable $event of type PullRequestReviewEvent was provided invalid value"],
    });
  }
  if (event !== undefined && event !== "COMMENT" && caller.login === row.author) {
    const what = event === "APPROVE" ? "approve" : "request changes on";
    throw new Refusal(422, "Unprocessable Entity", { errors: [`Can not ${what} your own pull request`] });
  }
  if (event === "APPROVE" && caller.app?.id === ACTIONS.id) {
    throw new Refusal(422, "Unprocessable Entity", {
      errors: ["GitHub Actions is not permitted to approve pull requests."],
    });
  }
  if ((event === "REQUEST_CHANGES" || event === "COMMENT") && text === "") {
    throw new Refusal(422, "Unprocessable Entity", { errors: ["Review body is required"] });
  }
  if (row.state === "closed" && event === "APPROVE" && row.pull.merged === undefined) {
    throw new Refusal(422, "Unprocessable Entity", { errors: ["Can not approve a closed pull request"] });
  }
  const review: ReviewRow = {
    ...{ id: hub.next("id"), pull: row.number, login: caller.login, body: text, submittedAt: nowIso(hub) },
    commit: optionalTextIn(call, "commit_id") ?? row.pull.headSha,
    state: event === undefined ? "PENDING" : STATES[event],
  };
  hub.reviews.push(review);
  return json(200, reviewShape(hub, review));
}

function dismissed(call: Call): Response {
  const { hub, caller } = call;
  const { number } = pullIn(call);
  const row = hub.reviews.find(({ id, pull }) => id === numberIn(call, "review") && pull === number);
  if (row === undefined) throw notFound();
  if (caller.app === undefined && !atLeast(hub.roles.get(caller.login.toLowerCase()), "write")) {
    throw new Refusal(403, "Must have push access to repository.");
  }
  if (optionalTextIn(call, "message") === undefined) {
    throw new Refusal(422, "Unprocessable Entity", { errors: ["Message is required"] });
  }
  if (row.state !== "APPROVED" && row.state !== "CHANGES_REQUESTED") {
    throw new Refusal(422, "Unprocessable Entity", {
      errors: [`Can not dismiss a ${row.state.toLowerCase()} pull request review`],
    });
  }
  row.state = "DISMISSED";
  return json(200, reviewShape(hub, row));
}
