/** The stories, each beside the example that it plays; the first is told where nobody names one. */
import type { Story } from "./demo-stage.ts";

export const STORIES: Readonly<Record<string, () => Promise<Story>>> = {
  "on-call": async () => (await import("./on-call/story.ts")).onCall,
  "zendesk-support": async () => (await import("./zendesk-support/story.ts")).zendeskSupport,
  typescript: async () => (await import("./typescript/story.ts")).typeScript,
  "separation-of-duties": async () => (await import("./separation-of-duties/story.ts")).separationOfDuties,
  gitops: async () => (await import("./gitops/story.ts")).gitOps,
  "entra-joiner": async () => (await import("./entra-joiner/story.ts")).entraJoiner,
};

export async function listOfStories(): Promise<string> {
  const width = Math.max(...Object.keys(STORIES).map((name) => name.length));
  const lines = Object.entries(STORIES).map(
    async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).about}\n`,
  );
  return (await Promise.all(lines)).join("");
}
