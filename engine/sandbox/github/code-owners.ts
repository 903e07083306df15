/** CODEOWNERS of the base branch: who must approve which of the files that a pull request changes. */
import type { Hub } from "./rows.ts";
import type { PullAt } from "./shapes/pull.ts";

const PLACES = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/** One list of logins for each changed file that has owners; any one of a list will do. */
export async function ownersOf(hub: Hub, { pull }: PullAt): Promise<readonly (readonly string[])[]> {
  let text: string | undefined;
  for (const place of PLACES) text ??= await hub.repository.file(`refs/heads/${pull.base}`, place);
  if (text === undefined) return [];
  const rules = text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim().split(/\s+/))
    .filter(([pattern]) => pattern !== undefined && pattern !== "");
  const files = await hub.repository.changed(`refs/heads/${pull.base}`, pull.headSha);
  return files.flatMap((file) => {
    // The last rule that fits wins; one without owners takes them away.
    const [, ...owners] = rules.findLast(([pattern = ""]) => matches(pattern, file)) ?? [];
    return owners.length === 0 ? [] : [owners.flatMap((owner) => loginsOf(hub, owner))];
  });
}

function loginsOf(hub: Hub, owner: string): readonly string[] {
  const name = owner.replace(/^@/, "");
  if (name.includes("/")) return [...(hub.teams.get(name.toLowerCase()) ?? [])];
  const email = [...hub.accounts.values()].find(({ emails }) => emails.includes(name.toLowerCase()));
  return [email?.login ?? hub.accounts.get(name.toLowerCase())?.login ?? name];
}

/** As .gitignore reads patterns, without the forms that CODEOWNERS does not know. */
function matches(pattern: string, file: string): boolean {
  const anchored = pattern.replace(/\/$/, "").includes("/");
  const body = pattern
    .replace(/^\//, "")
    .replace(/\/$/, "")
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => GLOB[part] ?? part.replace(/[.+^${}()|[\]\\]/g, "\\$&"))
    .join("");
  // `docs/*` stops at its level; a name without a star stands for everything below it too.
  const below = pattern.endsWith("/*") ? "" : "(?:/.*)?";
  return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${body}${below}$`).test(file);
}

const GLOB: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
