/** Who gains and who loses what, as guardrails see it: by changes of access, and by rules that change. Pure. */
import { hasPrivilege } from "../impact/privileged.ts";
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
  const rules = new Set(populations.map(({ address }) => address));
  const held = (move: Move, gained: boolean): MoveFacts => ({
    ...base(move.person, move.address),
    entitlement: move.entitlement,
    gained,
    privileged: hasPrivilege(move) || (move.rule === true && isPrivileged(move.address, objects)),
    administers: move.administers === true,
    account: move.account === true,
    rule: move.rule === true || rules.has(move.address),
    certain: move.uncertain !== true,
    paths: move.paths ?? [],
  });
  const ruled = (rule: PopulationChange, { person }: Mover, gained: boolean, certain: boolean): MoveFacts => ({
    ...base(person, rule.address),
    entitlement: rule.entitlement,
    ...{ gained, certain, rule: true, administers: false, account: false, paths: [] },
    privileged: isPrivileged(rule.address, objects),
  });
  // Where the graph knows what a rule gives, it has its movers already.
  const byRule = (known: readonly Move[], gained: boolean): readonly MoveFacts[] => {
    const there = new Set(known.flatMap((move) => (move.rule === true ? [keyOf(move)] : [])));
    return populations.flatMap((rule) => {
      const { address } = rule;
      const unknown = (mover: Mover): boolean => !there.has(keyOf({ ...mover, address }));
      return [
        ...(gained ? rule.enters : rule.leaves).filter(unknown).map((mover) => ruled(rule, mover, gained, true)),
        ...rule.uncertain
          .filter((one) => one.held !== gained && unknown(one))
          .map((mover) => ruled(rule, mover, gained, false)),
      ];
    });
  };
  const sides = ({ gained, lost }: Impact): Moves => ({
    gained: [...gained.map((move) => held(move, true)), ...byRule(gained, true)],
    lost: [...lost.map((move) => held(move, false)), ...byRule(lost, false)],
  });
  return sides(impact);
}

function keyOf({ person, personId, address }: Pick<Move, "person" | "personId" | "address">): string {
  return `${personId ?? person.toLowerCase()} ${address}`;
}

/** What a rule gives is in the document that it fills. */
function isPrivileged(address: Address, objects: Objects): boolean {
  const rule = objects.at(address);
  return rule !== undefined && (rule.privileged || objects.usesOf(address).some(({ privileged }) => privileged));
}
