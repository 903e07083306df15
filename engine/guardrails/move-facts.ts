/** Who gains and who loses what, as guardrails see it: by changes of access, and by rules that change. Pure. */
import type { Address, Impact, Move, Mover, PopulationChange } from "../model.ts";
import type { FactsInput } from "./facts.ts";
import type { Objects } from "./object-facts.ts";

export type MoveFacts = {
  readonly person: string;
  readonly entitlement: string;
  readonly gained: boolean;
  readonly privileged: boolean;
  readonly administers: boolean;
  readonly account: boolean;
  readonly rule: boolean;
  readonly certain: boolean;
  readonly breakGlass: boolean;
  readonly address: string;
  readonly kind: string;
  readonly paths: readonly (readonly string[])[];
};

interface Moves {
  readonly gained: readonly MoveFacts[];
  readonly lost: readonly MoveFacts[];
}

export function movesFrom(
  { impact, populations = [], breakGlass }: Pick<FactsInput, "impact" | "populations" | "breakGlass">,
  objects: Objects,
): Moves {
  const emergency = new Set(breakGlass.map((login) => login.toLowerCase()));
  const base = (person: string, address: Address) => ({
    person,
    address,
    kind: objects.at(address)?.kind ?? "",
    breakGlass: emergency.has(person.toLowerCase()),
  });
  const held = (move: Move, gained: boolean): MoveFacts => ({
    ...base(move.person, move.address),
    entitlement: move.entitlement,
    gained,
    privileged: move.privileged === true || move.administers === true,
    administers: move.administers === true,
    account: move.account === true,
    rule: false,
    certain: true,
    paths: move.paths ?? [],
  });
  const ruled = (rule: PopulationChange, { person }: Mover, gained: boolean, certain: boolean): MoveFacts => ({
    ...base(person, rule.address),
    entitlement: rule.entitlement,
    ...{ gained, certain, rule: true, administers: false, account: false, paths: [] },
    privileged: isPrivileged(rule.address, objects),
  });
  const byRule = (gained: boolean): readonly MoveFacts[] =>
    populations.flatMap((rule) => [
      ...(gained ? rule.enters : rule.leaves).map((mover) => ruled(rule, mover, gained, true)),
      ...rule.uncertain.filter((one) => one.held !== gained).map((mover) => ruled(rule, mover, gained, false)),
    ]);
  const sides = ({ gained, lost }: Impact): Moves => ({
    gained: [...gained.map((move) => held(move, true)), ...byRule(true)],
    lost: [...lost.map((move) => held(move, false)), ...byRule(false)],
  });
  return sides(impact);
}

/** What a rule gives is in the document that it fills. */
function isPrivileged(address: Address, objects: Objects): boolean {
  const rule = objects.at(address);
  return rule !== undefined && (rule.privileged || objects.usesOf(address).some(({ privileged }) => privileged));
}
