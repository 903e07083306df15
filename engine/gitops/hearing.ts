/**
 * ⇄ What has been said about a pull request, and by whom it counts: reviews, what was shown at the time, who may write,
 * who is in which group. Asked anew each time: somebody who has left a group since approves nothing.
 */
import type { Approvers } from "../config/ci-settings.ts";
import { isRecord, parseJson } from "../state/shape.ts";
import { deltaFrom } from "./delta.ts";
import type { GitHub, Permission, Pull } from "./github.ts";
import type { Delta, Need, Showing, Standing, Target, Word } from "./model.ts";
import type { Seal } from "./showing.ts";
import { standingOf, wordsOf } from "./standing.ts";

/** Name of the check run that carries what was shown. */
export const CHECK = "accord";

/** What reviewers said, ready to be held against any delta of the pull request. */
export interface Hearing {
  readonly words: readonly Word[];
  /** All that was shown on commits that somebody spoke about, and on its head. */
  readonly showings: readonly Showing[];
  /** False where GitHub does not know who wrote some of it: nobody can tell then whether they approve their own. */
  readonly handsKnown: boolean;
  standing(
    target: Target,
    delta: Delta,
    needs: readonly Need[],
    approvers: ReadonlyMap<string, Approvers>,
  ): Promise<Standing>;
}

export interface HearingOptions {
  readonly github: GitHub;
  readonly pull: Pull;
  readonly seal: Seal;
  /** Opens a file of an artifact that may be encrypted. */
  open(bytes: Uint8Array): Promise<string>;
}

const MAY_WRITE: ReadonlySet<Permission> = new Set(["admin", "maintain", "write"]);

export async function hear({ github, pull, seal, open }: HearingOptions): Promise<Hearing> {
  const words = wordsOf(await github.reviews(pull.number));
  const commits = new Set([pull.head.commit, ...words.map(({ commit }) => commit)]);
  const checks = await Promise.all([...commits].map((commit) => github.checks(commit, CHECK)));
  const showings = checks.flat().flatMap(({ text }) => seal.read(text));
  const { logins, complete } = await github.hands(pull.number);
  const hands = new Set([pull.author, ...logins].map((login) => login.toLowerCase()));
  const permissions = await askedOnce(
    words.map(({ login }) => login),
    async (login) => MAY_WRITE.has(await github.permission(login)),
  );
  const elements = elementsIn(github, showings, open);
  return {
    ...{ words, showings, handsKnown: complete },
    async standing(target, delta, needs, approvers) {
      const groups = [...new Set(needs.flatMap(({ group }) => group ?? []))];
      const members = new Map<string, ReadonlySet<string>>();
      for (const group of groups) members.set(group, await membersAmong(github, group, approvers.get(group), words));
      const kept = new Map<string, readonly string[]>();
      for (const { digest } of showings) {
        const found = digest === delta.digest ? delta.elements : await elements(digest);
        if (found !== undefined) kept.set(digest, found);
      }
      return standingOf({
        ...{ target, delta, needs, words, showings, hands },
        elementsOf: (digest) => kept.get(digest),
        mayWrite: (login) => permissions.get(login) === true,
        isIn: (group, login) => members.get(group)?.has(login) === true,
      });
    },
  };
}

/** Those of a group among the people who have spoken: the rest of it need not be read. */
async function membersAmong(
  github: GitHub,
  group: string,
  approvers: Approvers | undefined,
  words: readonly Word[],
): Promise<ReadonlySet<string>> {
  const logins = words.filter(({ approves }) => approves).map(({ login }) => login);
  if (approvers !== undefined && "logins" in approvers) {
    const listed = new Set(approvers.logins.map((login) => login.toLowerCase()));
    return new Set(logins.filter((login) => listed.has(login.toLowerCase())));
  }
  const team = approvers?.team ?? `${github.repository.split("/")[0]}/${group}`;
  const asked = await askedOnce(logins, (login) => github.isInTeam(team, login));
  return new Set(logins.filter((login) => asked.get(login) === true));
}

/** The elements behind a digest, where an artifact still has them; what does not give the digest is not them. */
function elementsIn(github: GitHub, showings: readonly Showing[], open: HearingOptions["open"]) {
  const artifacts = new Map<string, ReturnType<GitHub["artifact"]>>();
  return async (digest: string): Promise<readonly string[] | undefined> => {
    for (const { artifact } of showings.filter((one) => one.digest === digest)) {
      if (artifact === undefined) continue;
      const asked = artifacts.get(artifact) ?? github.artifact(artifact);
      artifacts.set(artifact, asked);
      const files = await asked;
      if (files === "expired" || files === "missing") continue;
      const bytes = files.get(deltaFile(digest));
      if (bytes === undefined) continue;
      const raw = parseJson(await open(bytes));
      if (!isRecord(raw) || !Array.isArray(raw.elements)) continue;
      const delta = deltaFrom(raw.elements.map(String));
      if (delta.digest === digest) return delta.elements;
    }
    return undefined;
  };
}

/** Name of the file that an artifact keeps a delta in. */
export function deltaFile(digest: string): string {
  return `${digest}.delta.json`;
}

async function askedOnce(logins: readonly string[], ask: (login: string) => Promise<boolean>) {
  const unique = [...new Set(logins)];
  return new Map(await Promise.all(unique.map(async (login) => [login, await ask(login)] as const)));
}
