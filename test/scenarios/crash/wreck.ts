/**
 * ⇄ What an ended child leaves: the stack's files and the tenants, as a text that is equal where the two are. Most of
 * the requests of a run are reads, and a child that dies at one of them leaves what it leaves at the next.
 */
import { readFile } from "node:fs/promises";
import type { ServedTenants } from "./tenants.ts";

const FILES = ["state.json", "ledger.jsonl", "journal/journal.jsonl"];

/** What the tenants keep of mere questions: tokens and numbers given, proofs spent, budgets used. */
const QUESTIONS: ReadonlySet<string> = new Set(["accessTokens", "tokens", "sequence", "spent", "rates"]);

/** Ids of runs, lineages, requests and jobs, digests over them, ports: they differ whenever anything is done again. */
const RANDOM =
  /"[0-9a-f]{32}"|127\.0\.0\.1:\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{64}|\b\d{8}-\d{4}-[0-9a-f]{4}\b/g;
const REQUEST_IDS = /"requestIds?":("[^"]*"|\[[^\]]*\])/g;

export async function wreckOf(directory: string, { tenants }: Pick<ServedTenants, "tenants">): Promise<string> {
  const files = FILES.map((name) => readFile(`${directory}/.accord/default/${name}`, "utf8").catch(() => ""));
  const memory = JSON.stringify(tenants.save(), (key, value) => (QUESTIONS.has(key) ? undefined : value));
  return [...(await Promise.all(files)), memory].join("\n").replaceAll(RANDOM, "…").replaceAll(REQUEST_IDS, "…");
}
