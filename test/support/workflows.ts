/** The workflows and the action that `accord init --github` writes, as GitHub reads them. */
import { readFileSync } from "node:fs";
import { load } from "js-yaml";

export const FLOWS = ["plan", "apply", "drift", "queue", "reviewed"] as const;
export type Flow = (typeof FLOWS)[number];

export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkflowJob {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, "read" | "write">>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, never>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export function textOfFlow(flow: Flow): string {
  return readFileSync(new URL(`../../.github/accord/${flow}.yml`, import.meta.url), "utf8");
}

export function workflow(flow: Flow): Workflow {
  return load(textOfFlow(flow)) as Workflow;
}

export const ACTION = readFileSync(new URL("../../.github/actions/accord/action.yml", import.meta.url), "utf8");

export function actionSteps(): readonly Step[] {
  return (load(ACTION) as { readonly runs: { readonly steps: readonly Step[] } }).runs.steps;
}
