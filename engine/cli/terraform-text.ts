/** ⇄ `accord convert --to terraform`: the stack as Terraform JSON, and with `--import` what its state holds. */
import { configurationOf } from "../config/terraform/configuration.ts";
import { importBlocks } from "../config/terraform/import-blocks.ts";
import { readState } from "./open-state.ts";
import type { Workspace } from "./workspace.ts";

export async function terraformText(workspace: Workspace, { imports }: { readonly imports: boolean }): Promise<string> {
  const { json, blocks } = configurationOf(workspace);
  if (!imports) return JSON.stringify(json, null, 2);
  const { resources: owned } = await readState(workspace);
  const { schemas, resources, catalog } = workspace;
  const isRemote = (kind: string): boolean => catalog.factsOf(kind).can.get || catalog.factsOf(kind).can.list;
  const taken = importBlocks({ owned, resources, schemas, blocks, json, isRemote });
  return JSON.stringify({ ...json, ...(taken.length === 0 ? {} : { import: taken }) }, null, 2);
}
