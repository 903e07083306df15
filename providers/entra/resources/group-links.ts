/**
 * Members and owners come by the twenty and go one by one (entra.md §6). A bound PATCH is all or nothing, so that one who
 * is there already, or is unknown, is found by halving.
 */
import { type Problem, problemsOf } from "../../../engine/problem.ts";
import { saysAlreadyThere, saysMissing } from "../client/errors.ts";
import { MOST_BOUND } from "../client/groups.ts";
import type { Relation } from "../client/removals.ts";
import type { EntraWriter } from "../client.ts";
import { activationsIn } from "./activations.ts";
import type { Named } from "./group-spec.ts";

/** Adds them all; one problem for each who could not be added. Writes to one group never overlap. */
export async function addLinks(
  writer: EntraWriter,
  groupId: string,
  relation: Relation,
  items: readonly Named[],
): Promise<readonly Problem[]> {
  const sorted = [...new Map(items.map((item) => [item.id, item])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const problems: Problem[] = [];
  for (let start = 0; start < sorted.length; start += MOST_BOUND) {
    problems.push(...(await bindOrSplit(writer, groupId, relation, sorted.slice(start, start + MOST_BOUND))));
    if (problems.some(({ fatal }) => fatal === true)) break;
  }
  return problems;
}

async function bindOrSplit(
  writer: EntraWriter,
  groupId: string,
  relation: Relation,
  items: readonly Named[],
): Promise<readonly Problem[]> {
  try {
    await writer.bind(
      groupId,
      relation,
      items.map(({ id }) => id),
    );
    return [];
  } catch (error) {
    const known = saysAlreadyThere(error);
    const [first] = items;
    if (first === undefined || (items.length === 1 && known)) return [];
    if (items.length === 1) return said(error, first, relation);
    if (!known && !saysMissing(error)) return items.flatMap((item) => said(error, item, relation));
    const middle = Math.ceil(items.length / 2);
    return [
      ...(await bindOrSplit(writer, groupId, relation, items.slice(0, middle))),
      ...(await bindOrSplit(writer, groupId, relation, items.slice(middle))),
    ];
  }
}

/** Removes them, except whom an activation has put there; one problem for each who stays. */
export async function removeLinks(
  writer: EntraWriter,
  group: Named,
  relation: Relation,
  items: readonly Named[],
): Promise<readonly Problem[]> {
  if (items.length === 0) return [];
  const activations = await activationsIn(writer, [group.id]);
  if (activations === undefined) return items.map((item) => cannotTell(item, group, relation));
  const temporary = new Map(
    activations.flatMap((one) => (one.relation === relation ? [[one.principalId, one.until] as const] : [])),
  );
  const kept = items.filter(({ id }) => temporary.has(id));
  const leaving = items.filter(({ id }) => !temporary.has(id));
  const problems = await writer.removeLinks(
    group.id,
    relation,
    leaving.map(({ id }) => id),
  );
  return [
    ...kept.map((item) => activated(item, group, relation, temporary.get(item.id))),
    ...leaving.flatMap((item, index) => {
      const problem = problems[index];
      return problem === undefined ? [] : [labelled(lastOwner(problem, relation), item, relation)];
    }),
  ];
}

function said(error: unknown, item: Named, relation: Relation): readonly Problem[] {
  return problemsOf(error).map((problem) => labelled(problem, item, relation));
}

function labelled(problem: Problem, { label }: Named, relation: Relation): Problem {
  return { ...problem, message: `${relation === "members" ? "member" : "owner"} ${label}: ${problem.message}` };
}

function lastOwner(problem: Problem, relation: Relation): Problem {
  if (relation === "members" || !/at least one owner/i.test(problem.message)) return problem;
  return {
    ...problem,
    code: "entra-last-owner",
    hint: "A group keeps its last owner who is a person: declare another one first.",
  };
}

function activated(item: Named, group: Named, relation: Relation, until: string | undefined): Problem {
  return labelled(
    {
      code: "entra-activated",
      message: `is in ${group.label} by a PIM activation${until === undefined ? "" : ` until ${until}`}, so they stay: a removal would end it.`,
      hint: "Nothing needs doing: it ends by itself. Their eligibility is what decides.",
    },
    item,
    relation,
  );
}

function cannotTell(item: Named, group: Named, relation: Relation): Problem {
  return labelled(
    {
      code: "entra-activation-unknown",
      message: `whether PIM has put them into ${group.label} for a while cannot be told, so they stay.`,
      hint: "Grant the application PrivilegedAssignmentSchedule.Read.AzureADGroup, with consent.",
    },
    item,
    relation,
  );
}
