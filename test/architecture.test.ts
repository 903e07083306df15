import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Comments may give an example; code may not. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

test("the engine outside of cli and of the published constructs names no provider and no kind of one", () => {
  const named = /\b(?:okta|entra|zendesk|c1|conductorone|pagerduty|opsgenie|serval|null\/resource)\b/i;
  const offenders = sourcesBelow("engine")
    .filter((file) => !/\/engine\/(?:cli|constructs\/(?:generated|patterns))\//.test(file))
    .flatMap((file) => {
      const found = named.exec(codeOf(readFileSync(file, "utf8")));
      return found === null ? [] : [`${file.slice(root.length)}: ${found[0]}`];
    });
  expect(offenders).toEqual([]);
});

test("one file knows octokit, and no other pays for it", () => {
  const importers = ["engine", "providers"]
    .flatMap(sourcesBelow)
    .filter((file) => /from "octokit"|import\("octokit"\)/.test(codeOf(readFileSync(file, "utf8"))));
  expect(importers.map((file) => file.slice(root.length))).toEqual(["engine/gitops/octokit.ts"]);
  // Types aside, it is loaded at the first call.
  expect(codeOf(readFileSync(join(root, "engine/gitops/octokit.ts"), "utf8"))).not.toMatch(
    /import (?!type)[^;]*from "octokit"/,
  );
});

test.each([
  ["engine/plan/x.ts", `import "../../providers/okta/provider.ts";`],
  ["engine/plan/x.ts", `import "../cli/main.ts";`],
  ["engine/adopt/x.ts", `import "../apply/step.ts";`],
  ["engine/model.ts", `import "./plan/plan.ts";`],
  ["engine/apply/x.ts", `import "../report/text.ts";`],
  ["engine/gitops/x.ts", `import "../cli/main.ts";`],
  ["engine/cli/commands/x.ts", `import "../../../providers/registry.ts";`],
  ["providers/okta/x.ts", `import "../../engine/plan/plan.ts";`],
  ["providers/okta/x.ts", `import "../c1/provider.ts";`],
  ["providers/pagerduty/x.ts", `import "../opsgenie/provider.ts";`],
  ["providers/okta/client/x.ts", `import "../emulator.ts";`],
  ["providers/okta/x.ts", `import "../entra/provider.ts";`],
  ["providers/entra/client/x.ts", `import "../emulator/tenant.ts";`],
  ["providers/shared/x.ts", `import "../okta/provider.ts";`],
  ["providers/shared/x.ts", `import "../entra/client.ts";`],
])("the linter refuses in %s: %s", (file, code) => {
  const biome = join(root, "node_modules/.bin/biome");
  const lint = () =>
    execFileSync(biome, ["lint", "--only=style/noRestrictedImports", `--stdin-file-path=${join(root, file)}`], {
      input: `${code}\n`,
      cwd: root,
      stdio: ["pipe", "pipe", "pipe"],
    });
  expect(lint).toThrow(/noRestrictedImports/);
});
