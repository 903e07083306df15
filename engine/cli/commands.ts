/** Every command by name; each loads only when it is asked for. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "Begin a stack: asks for systems and credentials, checks them, writes accord.yaml",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "doctor",
    summary: "Check hosts, credentials, scopes, roles and limits, a line each",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "validate",
    summary: "Check the documents offline",
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  {
    name: "plan",
    summary: "Say who would gain and lose which access, and what would change",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "apply",
    summary: "Carry out a plan, and prove it",
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  {
    name: "drift",
    summary: "Live against what was last applied, and who did it",
    load: async () => (await import("./commands/drift.ts")).drift,
  },
  {
    name: "adopt",
    summary: "Write documents for objects that exist, and bind them",
    load: async () => (await import("./commands/adopt.ts")).adopt,
  },
  {
    name: "import",
    summary: "Bind one existing object to an address",
    load: async () => (await import("./commands/import.ts")).importOne,
  },
  {
    name: "forget",
    summary: "Stop managing one object; it stays live",
    load: async () => (await import("./commands/forget.ts")).forget,
  },
  {
    name: "move",
    summary: "Rename an address without touching the live object",
    load: async () => (await import("./commands/move.ts")).move,
  },
  {
    name: "history",
    summary: "What was done, when, by whom",
    load: async () => (await import("./commands/history.ts")).history,
  },
  {
    name: "who",
    summary: "Who holds an object, and by which ways",
    load: async () => (await import("./commands/who.ts")).who,
  },
  {
    name: "access",
    summary: "What somebody holds, and by which ways",
    load: async () => (await import("./commands/access.ts")).access,
  },
  { name: "verify", summary: "Is the record intact?", load: async () => (await import("./commands/verify.ts")).verify },
  {
    name: "state",
    summary: "What is owned: list, show, rebuild, unlock",
    load: async () => (await import("./commands/state.ts")).state,
  },
  {
    name: "convert",
    summary: "The stack as a program, as documents, or for Terraform",
    load: async () => (await import("./commands/convert.ts")).convert,
  },
  {
    name: "output",
    summary: "What the stack gives out",
    load: async () => (await import("./commands/output.ts")).output,
  },
  {
    name: "graph",
    summary: "What depends on what, as Mermaid",
    load: async () => (await import("./commands/graph.ts")).graph,
  },
  {
    name: "explain",
    summary: "A kind's fields, types and defaults",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "schema",
    summary: "JSON Schemas for editors and other programs",
    load: async () => (await import("./commands/schema.ts")).schema,
  },
  {
    name: "run",
    summary: "A provider's one-shot action, shown, asked and recorded",
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "render",
    summary: "Files that a resource stands for elsewhere",
    load: async () => (await import("./commands/render.ts")).render,
  },
  {
    name: "ci",
    summary: "The pull-request flow on GitHub: plan and tell, apply what was approved, report drift",
    load: async () => (await import("./commands/ci.ts")).ci,
  },
  {
    name: "sandbox",
    summary: "Emulated tenants to try things on: serve, tick, reset",
    load: async () => (await import("./commands/sandbox.ts")).sandbox,
  },
  {
    name: "terraform-provider",
    summary: "The provider plugin that Terraform and OpenTofu start",
    load: async () => (await import("./commands/terraform-provider.ts")).terraformProvider,
  },
];
