/** Two judgements of everybody → who enters, who leaves, and of whom nobody can tell. Pure. */
import { compareText } from "../address.ts";
import type { Address, Mover, PopulationChange } from "../model.ts";
import type { Judged, Judgement, Population, PopulationTarget } from "../population.ts";

/** One for each thing that the rule gives; none where nobody moves and nobody is in doubt. */
export function populationChanges(address: Address, population: Population): readonly PopulationChange[] {
  const matches = matchesOf(population.people);
  return population.targets.map((target) => {
    const moves = movesOf(population.people, target);
    return {
      address,
      entitlement: target.entitlement,
      ...(target.object === undefined ? {} : { object: target.object }),
      ...moves,
      held: heldBy(population.people, target),
      matches,
      remarks: population.remarks?.(moves.leaves.length, moves.enters.length) ?? [],
    };
  });
}

/** Whom the rule keeps there; by its own live text where nobody shows who is. */
function heldBy(people: readonly Judged[], { holders }: PopulationTarget): number {
  if (holders !== undefined) return [...holders.values()].filter((byRule) => byRule).length;
  return people.filter(({ before }) => before?.holds === true).length;
}

function matchesOf(people: readonly Judged[]): PopulationChange["matches"] {
  const least = people.filter(({ judgement }) => judgement.holds === true).length;
  const doubtful = people.filter(({ judgement }) => judgement.holds === "uncertain").length;
  return { least, most: least + doubtful };
}

type Moves = Pick<PopulationChange, "enters" | "leaves" | "uncertain">;

function movesOf(people: readonly Judged[], { holders }: PopulationTarget): Moves {
  const enters: Mover[] = [];
  const leaves: Mover[] = [];
  const uncertain: PopulationChange["uncertain"][number][] = [];
  for (const one of people) {
    const { judgement, before } = one;
    const standing = holders === undefined ? believed(before) : shown(holders.get(one.id));
    if (judgement.holds === "uncertain") {
      // Whoever is there for another reason stays, whatever the rule says.
      const same = holders === undefined && before?.holds === "uncertain" && before.why === judgement.why;
      if (standing !== "otherwise" && !same) {
        uncertain.push({ ...moverOf(one, judgement), held: standing === "by-rule", why: judgement.why });
      }
    } else if (standing === "unknown") {
      // By the live rule they may be there already, or not: what changes for them cannot be told.
      uncertain.push({ ...moverOf(one, judgement), held: !judgement.holds, why: doubtOf(before) });
    } else if (judgement.holds && standing === "out") enters.push(moverOf(one, judgement));
    else if (!judgement.holds && standing === "by-rule") leaves.push(moverOf(one, judgement));
  }
  const seen = new Set(people.map(({ id }) => id));
  const byRule = [...(holders ?? [])].filter(([id, rule]) => rule && !seen.has(id));
  // Held by the rule, and not in the directory as it was read: nobody could judge them.
  for (const [id] of byRule) {
    uncertain.push({
      person: id,
      personId: id,
      by: [],
      held: true,
      why: "they are not in the directory as it was read",
    });
  }
  return { enters: sorted(enters), leaves: sorted(leaves), uncertain: sorted(uncertain) };
}

type Standing = "out" | "by-rule" | "otherwise" | "unknown";

function shown(byRule: boolean | undefined): Standing {
  return byRule === undefined ? "out" : byRule ? "by-rule" : "otherwise";
}

function believed(before: Judgement | undefined): Standing {
  if (before === undefined || before.holds === false) return "out";
  return before.holds === true ? "by-rule" : "unknown";
}

function doubtOf(before: Judgement | undefined): string {
  return before?.holds === "uncertain" ? before.why : "";
}

function moverOf({ id, login }: Judged, { by }: Judgement): Mover {
  return { person: login, personId: id, by };
}

function sorted<T extends Mover>(movers: readonly T[]): readonly T[] {
  return [...movers].sort((a, b) => compareText(a.person, b.person));
}
