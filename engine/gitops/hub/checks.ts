import { randomUUID } from "node:crypto";
import { ProblemError } from "../../problem.ts";
import type { Annotation, GitHub, NewCheck } from "../github.ts";
import type { Api } from "./api.ts";
import { createOnce } from "./create-once.ts";
import { checkOf, fieldsOf, numberOf, rowsOf } from "./read.ts";

type Checks = Pick<GitHub, "checks" | "createCheck">;

/** What one request takes, and each of the texts (docs.github.com, create a check run, 2026-11). */
const MOST_ANNOTATIONS = 50;
const MOST_TEXT = 65_535;
const ONE = "/repos/{owner}/{repo}/check-runs/{id}";

export function checksOfHub(api: Api): Checks {
  const list = (commit: string, name: string): Promise<readonly unknown[]> =>
    api.list({
      route: "GET /repos/{owner}/{repo}/commits/{commit}/check-runs",
      with: { commit, check_name: name, filter: "all" },
      what: `list checks ${name} of commit ${commit.slice(0, 8)}`,
      needs: "checks: read",
    });

  /** By an id of our own, which tells a check whose answer was lost from an earlier one. */
  function create(check: NewCheck, annotations: readonly Annotation[]): Promise<number> {
    const externalId = randomUUID();
    const { name, commit, conclusion } = check;
    return createOnce(
      api,
      async () => {
        const made = await api.send({
          route: "POST /repos/{owner}/{repo}/check-runs",
          with: {
            ...{ name, head_sha: commit, status: "completed", conclusion, external_id: externalId },
            output: outputOf(check, annotations),
          },
          what: `set the check ${name}`,
          needs: "checks: write",
        });
        return idOf(made);
      },
      async () => {
        const made = rowsOf(await list(commit, name), "check runs").find((one) => one.external_id === externalId);
        return made === undefined ? undefined : idOf(made);
      },
    );
  }

  /** GitHub adds them to those that are there, so a request without an answer must not simply be sent again. */
  async function append(id: number, check: NewCheck, sent: number, annotations: readonly Annotation[]): Promise<void> {
    const what = `add annotations to the check ${check.name}`;
    await createOnce(
      api,
      async () => {
        const output = outputOf(check, annotations);
        await api.send({
          route: `PATCH ${ONE}`,
          with: { id, output },
          what,
          needs: "checks: write",
          repeatable: false,
        });
        return true;
      },
      async () => {
        const found = await api.send({ route: `GET ${ONE}`, with: { id }, what, needs: "checks: read" });
        const output = fieldsOf(fieldsOf(found, "a check run").output, "the output of a check run");
        const there = numberOf(output, "annotations_count", "the output of a check run");
        return there >= sent + annotations.length ? true : undefined;
      },
    );
  }

  return {
    async checks(commit, name) {
      const found = rowsOf(await list(commit, name), "check runs");
      return found.map(checkOf).sort((a, b) => a.id - b.id);
    },

    async createCheck(check) {
      refuseTooLong(check);
      const { annotations } = check;
      const id = await create(check, annotations.slice(0, MOST_ANNOTATIONS));
      for (let sent = MOST_ANNOTATIONS; sent < annotations.length; sent += MOST_ANNOTATIONS) {
        await append(id, check, sent, annotations.slice(sent, sent + MOST_ANNOTATIONS));
      }
    },
  };
}

function idOf(value: unknown): number {
  return numberOf(fieldsOf(value, "a check run"), "id", "a check run");
}

function outputOf({ title, summary, text }: NewCheck, annotations: readonly Annotation[]): object {
  return { title, summary, text, annotations: annotations.map(annotationOf) };
}

/** A source names where something begins; its line is what GitHub marks. */
function annotationOf({ source, level, title, message }: Annotation): object {
  const line = Math.max(1, source.line);
  return {
    path: source.file,
    ...{ start_line: line, end_line: line },
    annotation_level: level,
    title: title.slice(0, 255),
    message,
  };
}

/** Cutting it here could cut a signature off: whoever writes the texts keeps to their length. */
function refuseTooLong(check: NewCheck): void {
  const long = (["summary", "text"] as const).find((name) => check[name].length > MOST_TEXT);
  if (long === undefined) return;
  throw new ProblemError({
    code: "check-too-long",
    message: `The ${long} of the check ${check.name} has ${check[long].length} characters; GitHub takes ${MOST_TEXT}.`,
    hint: "Fold or cut it before it is sent.",
  });
}
