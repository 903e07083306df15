/**
 * Whom the automatic policies of an access package assign (entra.md §11): any one is enough. Whoever stops matching keeps
 * the package where no policy takes it away.
 */
import type { Live } from "../../../engine/model.ts";
import type { Judged, Judgement, Population } from "../../../engine/population.ts";
import { anyOf } from "../../shared/judging.ts";
import type { EntraReader } from "../client.ts";
import type { AccessPackageSpec } from "./access-package.ts";
import { peopleJudged } from "./group-population.ts";

export async function packagePopulation(
  reader: EntraReader,
  spec: AccessPackageSpec,
  live: Live<AccessPackageSpec> | undefined,
): Promise<Population | undefined> {
  const wanted = rulesIn(spec);
  const old = live === undefined ? [] : rulesIn(live.spec);
  // Policies have much besides their rules.
  if (wanted.length === 0 || (live !== undefined && String(wanted) === String(old))) return undefined;
  const now = await judgedByAny(reader, wanted);
  const before = old.length === 0 ? new Map<string, Judged>() : await judgedByAny(reader, old);
  const keeps = Object.values(spec.policies ?? {}).every((policy) => policy?.removeWhenRuleEnds === false);
  const people = [...now.values()].map((one): Judged => {
    const was = before.get(one.id)?.judgement;
    if (was === undefined) return one;
    const judgement = keeps ? anyOf([one.judgement, was]) : one.judgement;
    return { ...one, judgement, before: was };
  });
  return { people, targets: [{ entitlement: `assigned the access package ${spec.displayName ?? ""}` }] };
}

function rulesIn({ policies = {} }: AccessPackageSpec): readonly string[] {
  return Object.values(policies)
    .flatMap((policy) => (typeof policy?.membershipRule === "string" ? [policy.membershipRule] : []))
    .sort();
}

async function judgedByAny(reader: EntraReader, rules: readonly string[]): Promise<ReadonlyMap<string, Judged>> {
  const judged = new Map<string, { readonly login: string; readonly judgements: Judgement[] }>();
  for (const rule of rules) {
    for (const { id, login, judgement } of (await peopleJudged(reader, rule)) ?? []) {
      const known = judged.get(id) ?? { login, judgements: [] };
      known.judgements.push(judgement);
      judged.set(id, known);
    }
  }
  return new Map(
    [...judged].map(([id, { login, judgements }]) => [id, { id, login, judgement: anyOf(judgements) }] as const),
  );
}
