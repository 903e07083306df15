import { describe, expect, it } from "vitest";
import { gitProblem } from "../../../engine/git-problem.ts";
import { pushResult } from "../../../engine/state/git-push.ts";

const place = {
  ...{ name: "origin/accord/acme/prod", remote: "origin", branchRef: "refs/heads/accord/acme/prod" },
  problem: (args: readonly string[], answer: { readonly code: number; readonly stderr: string }) =>
    gitProblem("/stack", args, answer),
};
const RUN = "refs/accord/accord/acme/prod";
const HEAD = "refs/heads/accord/acme/prod";

const said = (stdout: readonly string[], stderr = "", code = 1) =>
  pushResult(place, {
    code,
    text: `${["To /server.git", ...stdout, "Done"].join("\n")}\n`,
    stdout: Buffer.from(""),
    stderr,
  });
const no = (ref: string, summary: string): string => `!\t1234:${ref}\t${summary}`;

describe("a push", () => {
  it("is taken where git says so", () => {
    expect(said([`*\t1234:${RUN}\t[new reference]`], "", 0)).toEqual({ outcome: "taken" });
  });

  // As git 2.39 and GitHub print them.
  it.each([
    [[no(RUN, "[rejected] (stale info)"), no(HEAD, "[rejected] (atomic push failed)")]],
    [[no(RUN, "[rejected] (fetch first)")]],
    [[no(RUN, "[remote rejected] (failed to update ref)"), no(HEAD, "[remote rejected] (atomic push failure)")]],
    [[no(RUN, "[remote rejected] (cannot lock ref 'refs/accord/x': is at 12 but expected 34)")]],
    [
      [
        no(RUN, "[remote rejected] (reference already exists)"),
        no(HEAD, "[remote rejected] (atomic transaction failed)"),
      ],
    ],
    [[no(RUN, "[remote rejected] (incorrect old value provided)")]],
  ])("is overtaken: %s", (lines) => {
    expect(said(lines)).toMatchObject({ outcome: "overtaken", problem: { code: "git-contended" } });
  });

  it.each([
    ["protected branch hook declined"],
    ["push declined due to repository rule violations"],
    ["pre-receive hook declined"],
    ["deny updating a hidden ref"],
    ["shallow update not allowed"],
  ])("is refused: %s", (reason) => {
    const lines = [no(RUN, "[remote rejected] (atomic push failure)"), no(HEAD, `[remote rejected] (${reason})`)];
    expect(said(lines)).toMatchObject({
      outcome: "refused",
      problem: { code: "git-push-refused", message: `origin does not let ${HEAD} be written: ${reason}.` },
    });
  });

  it("is refused with what the server says of it, without a token in it", () => {
    const stderr =
      "remote: error: GH013: Repository rule violations found.        \nremote: \nremote: - see https://x:t0ken@github.com/rules\n";
    const { problem } = { problem: undefined, ...said([no(HEAD, "[remote rejected] (rules)")], stderr) };
    expect(problem?.message).toBe(
      `origin does not let ${HEAD} be written: rules · GH013: Repository rule violations found. · - see https://github.com/rules.`,
    );
  });

  it("is nobody knows what where there is no answer, and refused where there is no right to it", () => {
    expect(said([], "fatal: the remote end hung up unexpectedly", 128)).toMatchObject({ outcome: "unreachable" });
    expect(said([], "fatal: Authentication failed for 'https://git.example/'", 128)).toMatchObject({
      outcome: "refused",
      problem: { code: "git-denied" },
    });
    expect(said([], "fatal: the receiving end does not support --atomic push", 128)).toMatchObject({
      outcome: "refused",
      problem: { code: "git-no-atomic" },
    });
  });
});
