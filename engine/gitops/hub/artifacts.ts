import type { GitHub } from "../github.ts";
import { type Api, RefusedError } from "./api.ts";
import { filesOf, MOST_ZIPPED } from "./archive.ts";
import { fieldsOf, isFields, numberOf, rowsOf, textOf } from "./read.ts";

type Artifacts = Pick<GitHub, "artifact">;

const READ = "actions: read";

export function artifactsOfHub(api: Api): Artifacts {
  return {
    async artifact(name) {
      const found = await api.list({
        route: "GET /repos/{owner}/{repo}/actions/artifacts",
        with: { name },
        what: `list artifacts called ${name}`,
        needs: READ,
      });
      const newest = rowsOf(found, "artifacts")
        .filter(isOurs)
        .sort((a, b) => numberOf(b, "id", "an artifact") - numberOf(a, "id", "an artifact"))
        .find((one) => textOf(one, "name", "an artifact") === name);
      if (newest === undefined) return "missing";
      if (newest.expired === true) return "expired";
      const id = numberOf(newest, "id", "an artifact");
      const route = "GET /repos/{owner}/{repo}/actions/artifacts/{id}/zip";
      try {
        const zip = await api.download(
          { route, with: { id }, what: `download the artifact ${name}`, needs: READ },
          MOST_ZIPPED,
        );
        return filesOf(zip, `artifact ${name}`);
      } catch (error) {
        // It may end between the two calls.
        if (error instanceof RefusedError && error.status === 410) return "expired";
        throw error;
      }
    },
  };
}

/** A run for a fork's pull request may upload what it likes under any name. */
function isOurs(artifact: Readonly<Record<string, unknown>>): boolean {
  const run = isFields(artifact.workflow_run) ? fieldsOf(artifact.workflow_run, "an artifact") : {};
  return typeof run.repository_id === "number" && run.repository_id === run.head_repository_id;
}
