/**
 * What was shown, signed. A check run carries it, and whoever may write check runs could write one; an approval must not
 * rest on their word. The key is derived from ACCORD_STATE_KEY, which pull requests never see. Pure.
 */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../canonical.ts";
import { ProblemError } from "../problem.ts";
import { isRecord, parseJson } from "../state/shape.ts";
import type { Showing, Target } from "./model.ts";

/** Signs and reads what is said of one pull request of one repository; of another one it is worth nothing. */
export interface Seal {
  sign(showing: Showing): string;
  /** Of any text those lines that we signed, in their order. */
  read(text: string): readonly Showing[];
}

const SHORTEST = 16;
const LINE = /^accord-showing:([A-Za-z0-9_-]+)\.([0-9a-f]{64})$/gm;

export function sealFor(stateKey: string | undefined, repository: string, pull: number): Seal {
  if (stateKey === undefined || stateKey.length < SHORTEST) {
    throw new ProblemError({
      code: "no-state-key",
      message: "Approvals rest on what was shown, and that is signed: ACCORD_STATE_KEY is missing or too short.",
      hint: "Make one with: openssl rand -base64 32. Give it to plan, apply and drift as a secret that only the base branch's workflows get.",
    });
  }
  const key = Buffer.from(hkdfSync("sha256", stateKey, `${repository}#${pull}`, "accord showing 1", 32));
  const macOf = (body: string): Buffer => createHmac("sha256", key).update(body).digest();
  return {
    sign(showing) {
      const body = Buffer.from(canonicalJson(showing)).toString("base64url");
      return `accord-showing:${body}.${macOf(body).toString("hex")}`;
    },
    read: (text) =>
      [...text.matchAll(LINE)].flatMap(([, body = "", mac = ""]) => {
        if (!timingSafeEqual(macOf(body), Buffer.from(mac, "hex"))) return [];
        const showing = showingOf(parseJson(Buffer.from(body, "base64url").toString("utf8")));
        return showing === undefined ? [] : [showing];
      }),
  };
}

/**
 * What somebody may have seen of a target on a commit at that moment: the newest one before it. GitHub tells moments in
 * whole seconds, so that whatever was shown within the same one may be it as well.
 */
export function shownAt(showings: readonly Showing[], target: Target, commit: string, at: string): readonly Showing[] {
  const moment = secondOf(at);
  const all = showings
    .filter((one) => one.commit === commit && sameTarget(one.target, target) && secondOf(one.at) <= moment)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const before = all.filter((one) => secondOf(one.at) < moment).slice(-1);
  return [...before, ...all.filter((one) => secondOf(one.at) === moment)];
}

function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}

export function sameTarget(a: Target, b: Target): boolean {
  return a.stack === b.stack && a.environment === b.environment && a.directory === b.directory;
}

function showingOf(raw: unknown): Showing | undefined {
  if (!isRecord(raw) || !isRecord(raw.target)) return undefined;
  const { commit, digest, at, artifact } = raw;
  const { stack, environment, directory } = raw.target;
  if (typeof commit !== "string" || typeof digest !== "string" || typeof at !== "string") return undefined;
  if (typeof stack !== "string" || typeof environment !== "string" || typeof directory !== "string") return undefined;
  const target = { stack, environment, directory };
  return { target, commit, digest, at, ...(typeof artifact === "string" ? { artifact } : {}) };
}
