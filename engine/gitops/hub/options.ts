/** What reaching GitHub takes: checked before anything is sent, since the token goes along. */
import { type Problem, ProblemError } from "../../problem.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

export function checkOptions(options: {
  readonly token: string;
  readonly apiUrl: string;
  readonly repository: string;
}): void {
  const problems = [tokenProblem(options.token), apiProblem(options.apiUrl), repositoryProblem(options.repository)];
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new ProblemError(found);
}

function tokenProblem(token: string): Problem | undefined {
  if (/^\S+$/.test(token)) return undefined;
  return {
    code: "github-token",
    message: token === "" ? "There is no token for GitHub." : "The token for GitHub has blanks or line breaks in it.",
    hint: "Give the job's own: `env: GITHUB_TOKEN: ${{ github.token }}`.",
  };
}

function apiProblem(apiUrl: string): Problem | undefined {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.has(url.hostname))) return undefined;
  return {
    code: "github-api",
    message: `GITHUB_API_URL "${apiUrl}" is neither https nor an address of this machine.`,
    hint: "It is https://api.github.com, or https://<host>/api/v3 of an Enterprise Server; the token is sent nowhere else.",
  };
}

function repositoryProblem(repository: string): Problem | undefined {
  if (/^[\w.-]+\/[\w.-]+$/.test(repository) && !/(^|\/)\.\.?($|\/)/.test(repository)) return undefined;
  return {
    code: "github-repository",
    message: `GITHUB_REPOSITORY "${repository}" names no repository.`,
    hint: "It reads <owner>/<name>; GitHub Actions sets it.",
  };
}
