/** GitHub's published description of its answers, as types: a shape that leaves a field out does not compile. */
import type { components } from "@octokit/openapi-types";

export type Schemas = components["schemas"];
