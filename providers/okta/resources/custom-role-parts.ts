/**
 * The two halves of a custom role, made one after the other. An answer that was lost in between leaves a half that
 * nobody holds; the next create takes up exactly such a half instead of failing on it.
 */
import { UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { hasCode } from "../client/errors.ts";
import type { Labelled } from "../client/iam.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { address, type Covered, coveredBy } from "./iam-resources.ts";

export interface RolePart {
  readonly label: string;
  readonly description: string;
  readonly permissions: readonly string[];
}

export interface SetPart {
  readonly label: string;
  readonly description: string;
  readonly covered: readonly Covered[];
}

export async function makeRole(writer: OktaWriter, part: RolePart): Promise<Labelled> {
  try {
    return await writer.createCustomRole(part.label, part.description, part.permissions);
  } catch (error) {
    const left = hasCode(error, "exists") ? await leftRole(writer, part) : undefined;
    if (left === undefined) throw error;
    return left;
  }
}

/** A role without its set is nothing that a document can name, so it does not outlive a set that was refused. */
export async function makeSet(writer: OktaWriter, role: Labelled, part: SetPart): Promise<Labelled> {
  const addresses = part.covered.map((one) => address(one, writer.settings.base));
  try {
    return await writer.createResourceSet(part.label, part.description, addresses);
  } catch (error) {
    if (hasCode(error, UNCLEAR_OUTCOME)) throw error;
    const left = hasCode(error, "exists") ? await leftSet(writer, part, addresses) : undefined;
    if (left !== undefined) return left;
    await writer.deleteCustomRole(role.id);
    throw error;
  }
}

async function leftRole(reader: OktaReader, part: RolePart): Promise<Labelled | undefined> {
  const found = (await reader.customRoles()).find(({ label }) => label === part.label);
  if (found === undefined || found.description !== part.description) return undefined;
  const permissions = await reader.permissions(found.id);
  if (permissions.some(({ conditional }) => conditional)) return undefined;
  if (
    !sameSet(
      permissions.map(({ name }) => name),
      part.permissions,
    )
  )
    return undefined;
  for (const set of await reader.resourceSets()) {
    if ((await reader.boundRoles(set.id)).includes(found.id)) return undefined;
  }
  return found;
}

async function leftSet(reader: OktaReader, part: SetPart, addresses: readonly string[]): Promise<Labelled | undefined> {
  const found = (await reader.resourceSets()).find(({ label }) => label === part.label);
  if (found === undefined || found.description !== part.description) return undefined;
  const live = (await reader.resources(found.id)).map((one) => address(coveredBy(one), reader.settings.base));
  if (!sameSet(live, addresses) || (await reader.boundRoles(found.id)).length > 0) return undefined;
  return found;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}
