/**
 * Whom the rule of an access profile or of a C1 group takes in, and whether C1's circuit breaker would stop it (c1.md
 * §5.4, §12.4). C1 checks no such rule before it is saved, so this is the preview.
 */
import type { Live, Spec } from "../../../engine/model.ts";
import type { Judged, Judgement, Population, PopulationTarget } from "../../../engine/population.ts";
import { asSpec, hasUnknown } from "../../../engine/value.ts";
import { decided, uncertain } from "../../shared/judging.ts";
import { directoryFor } from "../cel-directory.ts";
import { judgeCel, membershipRule } from "../cel-judge.ts";
import { type Subject, subjectsOf } from "../cel-subject.ts";
import { timeFunctions } from "../cel-time.ts";
import { type ScopedRef, scopedRefs } from "../client/refs.ts";
import { count, flag } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";

/** Fields of a spec that make its rule. */
export const MEMBERSHIP_FIELDS = ["cel", "holders", "exclude", "enabled"];

/** What the rule gives; without `ref` it does not exist yet. */
export interface MembershipTarget {
  readonly entitlement: string;
  /** What it leads on to; what joining gives is given where the rule grants and revokes. */
  readonly object: NonNullable<PopulationTarget["object"]>;
  readonly ref: ScopedRef | undefined;
  /** Profiles have a circuit breaker, groups have none. */
  readonly watched: boolean;
}

export async function membershipPopulation(
  reader: C1Reader,
  target: MembershipTarget,
  spec: Spec,
  live: Live | undefined,
): Promise<Population | undefined> {
  if (!hasRule(spec) || spec.enabled === false) return undefined;
  const subjects = subjectsOf(await reader.everybody());
  const wanted = await ruleJudge(reader, subjects, spec);
  const ruled = live !== undefined && hasRule(live.spec) && live.spec.enabled !== false;
  const old = ruled ? await ruleJudge(reader, subjects, live.spec) : undefined;
  const people = subjects.map(
    (subject): Judged => ({
      id: subject.id,
      login: subject.email || subject.displayName || subject.id,
      judgement: wanted(subject),
      ...(old === undefined ? {} : { before: old(subject) }),
    }),
  );
  // Members that only stand on a list are no grants, and cannot be asked for (§5.4).
  const listed = live?.spec.grantAndRevoke === false;
  const members = target.ref === undefined || listed ? new Set<string>() : await membersOf(reader, target.ref);
  // Whoever was added by hand or asked for it stays; C1 does not show who that is, so the live rule is asked.
  const byRule = new Set(
    people.filter(({ before }) => before !== undefined && before.holds !== false).map(({ id }) => id),
  );
  return {
    people,
    targets: [
      {
        entitlement: target.entitlement,
        // Without, only the list of members changes: nobody is granted anything (§5.4).
        ...(spec.grantAndRevoke === false ? {} : { object: target.object }),
        ...(listed ? {} : { holders: new Map([...members].map((id) => [id, byRule.has(id)])) }),
      },
    ],
    remarks: (leaving) => [
      ...waiting(spec),
      ...(target.watched ? breakerRemarks(spec, listed ? byRule.size : members.size, leaving) : []),
    ],
  };
}

function hasRule(spec: Spec): boolean {
  return typeof spec.cel === "string" || (Array.isArray(spec.holders) && spec.holders.length > 0);
}

async function membersOf(reader: C1Reader, ref: ScopedRef): Promise<ReadonlySet<string>> {
  const rows = await reader.holdersOf(ref);
  return new Set(rows.map(({ userId }) => userId).filter((id) => id !== ""));
}

type Judge = (subject: Subject) => Judgement;

async function ruleJudge(reader: C1Reader, subjects: readonly Subject[], spec: Spec): Promise<Judge> {
  const excluded = new Set(
    (Array.isArray(spec.exclude) ? spec.exclude : []).map((login) => String(login).toLowerCase()),
  );
  const judge =
    typeof spec.cel === "string" ? await celJudge(reader, subjects, spec.cel) : await holderJudge(reader, spec);
  return (subject) => {
    const out = excluded.has(subject.email.toLowerCase());
    return out ? decided(false, [{ attribute: "exclude", value: subject.email }]) : judge(subject);
  };
}

async function celJudge(reader: C1Reader, subjects: readonly Subject[], text: string): Promise<Judge> {
  const rule = membershipRule(text);
  if (rule === undefined) return () => uncertain("the rule cannot be read");
  const { functions } = await directoryFor(reader, subjects, [rule]);
  const all = { ...timeFunctions(reader.now()), ...functions };
  return (subject) => judgeCel(rule, subject, all);
}

/** Holding any one of them is enough. */
async function holderJudge(reader: C1Reader, spec: Spec): Promise<Judge> {
  const held = new Map<string, Set<string>>();
  for (const ref of scopedRefs(spec.holders)) {
    for (const { userId, slug } of await reader.holdersOf(ref)) {
      held.set(userId, (held.get(userId) ?? new Set()).add(slug));
    }
  }
  return ({ id }) => {
    const slugs = [...(held.get(id) ?? [])];
    return decided(slugs.length > 0, [{ attribute: "holds", value: slugs.length === 0 ? null : slugs.join(", ") }]);
  };
}

/** Entitlements that this very plan makes have no holders that anybody could ask for. */
function waiting({ holders }: Spec): readonly string[] {
  const unknown = Array.isArray(holders) && holders.some((one) => hasUnknown(one));
  return !unknown ? [] : ["Who holds what this plan makes is known when it has been made."];
}

const DEFAULT_PERCENT = 20;
/** Smaller profiles are watched only where they are told to be. */
const SMALL = 100;

function breakerRemarks(spec: Spec, members: number, leaving: number): readonly string[] {
  if (leaving === 0 || members === 0) return [];
  const breaker = asSpec(spec.circuitBreaker ?? {});
  const percent = count(breaker.percent) || DEFAULT_PERCENT;
  const share = `${leaving} of ${members} members would leave (${Math.round((leaving * 100) / members)} %)`;
  if (leaving * 100 <= percent * members) return [];
  if (flag(breaker.disabled)) return [`${share}, and the circuit breaker is off: nothing stops it.`];
  if (members < SMALL && !flag(breaker.enforceOnSmallProfiles)) {
    return [`${share}; C1's circuit breaker does not watch profiles of fewer than ${SMALL} members.`];
  }
  return [
    `C1's circuit breaker would stop this: ${share}, and it allows ${percent} % within an hour. Nobody joins or leaves until somebody resumes the automation.`,
  ];
}
