/**
 * A pull-request flow as its specification tells it, and nothing of how it is built: who was shown what on which commit,
 * who said what of it, and what may therefore be applied. Held against the tenant, it judges every step.
 */
import type { QuickForge } from "./quick-forge.ts";

export const GROUPS = ["prod", "dev"] as const;
export type Group = (typeof GROUPS)[number];

export interface Rules {
  readonly reviews: number;
  /** Who security is: by login, or as a team. */
  readonly security: "logins" | "team";
  readonly apply: "merge" | "comment";
  /** Does security decide who comes into prod? */
  readonly guarded: boolean;
}

/** Somebody comes into a group, or goes: `+prod linus`. */
export type Move = `${"+" | "-"}${Group} ${string}`;

export type Members = Readonly<Record<Group, readonly string[]>>;

export interface Shown {
  readonly commit: string;
  readonly at: number;
  readonly moves: ReadonlySet<Move>;
}

export interface Word {
  readonly approves: boolean;
  readonly review: number;
  readonly commit: string;
  readonly at: number;
}

export interface Change {
  readonly number: number;
  readonly branch: string;
  readonly author: string;
  readonly shown: Shown[];
  readonly words: Map<string, Word>;
  open: boolean;
  merged: boolean;
  /** Applied before it was merged. */
  claims: boolean;
}

export function document(group: Group, members: readonly string[]): string {
  const all = members.map((one) => `${one}@acme.example`).join(", ");
  return `kind: okta/group\nname: ${group}\nspec: { name: ${group}, members: [${all}] }\n`;
}

export function settingsOf({ reviews, security, apply }: Rules): string {
  const who = security === "team" ? "team: acme/security" : "logins: [cleo, dora]";
  return `ci: { reviews: ${reviews}, apply: ${apply}, approvers: { security: { ${who} } } }`;
}

export const POLICY = `version: 1
guardrails:
  - name: prod-members
    description: Who is in production is decided by security.
    each: change
    when: change.kind == "okta/group" && change.name == "prod" && change.fields.exists(f, f.op == "add")
    outcome: approve
    from: { group: security, count: 1 }
    message: "\${change.name} takes somebody in."
    examples:
      pass: [{ change: { kind: okta/group, name: prod, fields: [{ op: remove, path: members, element: ada }] } }]
      fail: [{ change: { kind: okta/group, name: prod, fields: [{ op: add, path: members, element: ada }] } }]
`;

/** Read off the files themselves. */
export function rulesIn(files: Readonly<Record<string, string>>): Rules {
  const settings = files["accord.yaml"] ?? "";
  return {
    reviews: Number(/reviews: (\d)/.exec(settings)?.[1]),
    security: settings.includes("team: acme/security") ? "team" : "logins",
    apply: settings.includes("apply: comment") ? "comment" : "merge",
    guarded: "policies/prod.yaml" in files,
  };
}

export function membersIn(files: Readonly<Record<string, string>>): Members {
  const of = (group: Group): readonly string[] => {
    const listed = /members: \[(.*)\]/.exec(files[`${group}.yaml`] ?? "")?.[1] ?? "";
    return listed.split(", ").flatMap((login) => (login === "" ? [] : [login.replace("@acme.example", "")]));
  };
  return { prod: of("prod"), dev: of("dev") };
}

export async function live({ okta }: QuickForge): Promise<Members> {
  return { prod: await okta.members("prod"), dev: await okta.members("dev") };
}

export function between(before: Members, after: Members): ReadonlySet<Move> {
  const moves = GROUPS.flatMap((group): readonly Move[] => [
    ...after[group].filter((one) => !before[group].includes(one)).map((one): Move => `+${group} ${one}`),
    ...before[group].filter((one) => !after[group].includes(one)).map((one): Move => `-${group} ${one}`),
  ]);
  return new Set(moves);
}

export interface Standing {
  readonly rules: Rules;
  /** Who wrote any commit that it has. */
  readonly hands: ReadonlySet<string>;
  mayWrite(login: string): boolean;
  isSecurity(login: string): boolean;
}

/** May these moves be applied for this change, as people have spoken? */
export function isApproved(change: Change, moves: ReadonlySet<Move>, standing: Standing): boolean {
  const words = [...change.words];
  if (words.some(([login, word]) => !word.approves && standing.mayWrite(login))) return false;
  const counting = words
    .filter(([login, word]) => {
      if (!word.approves || !standing.mayWrite(login)) return false;
      if (login === change.author || standing.hands.has(login)) return false;
      const seen = change.shown.filter(({ commit, at }) => commit === word.commit && at <= word.at).at(-1);
      return seen !== undefined && [...moves].every((move) => seen.moves.has(move));
    })
    .map(([login]) => login);
  if (counting.length < standing.rules.reviews) return false;
  const guarded = standing.rules.guarded && [...moves].some((move) => move.startsWith("+prod"));
  return !guarded || counting.some((login) => standing.isSecurity(login));
}
