/** An Okta organisation that grew before it wrote anything down. */
import type { OktaEmulator } from "../../providers/okta/emulator.ts";

export interface Grown {
  readonly groups: number;
  readonly people: number;
  readonly memberships: number;
}

const HOUR = 3_600_000;

/** Nobody is in a group twice; sizes differ by one. `now` is tenant time: all of it happened long before. */
export function grow({ tenant }: OktaEmulator, { groups, people, memberships }: Grown, now: number): void {
  const created = new Date(now - 1000 * HOUR).toISOString();
  const [model] = tenant.users.values();
  const [group] = [...tenant.groups.values()].filter(({ type }) => type === "OKTA_GROUP");
  if (model === undefined || group === undefined) throw new Error("The sandbox is empty");
  const ids: string[] = [];
  for (let number = 0; number < people; number += 1) {
    const id = `00u${String(number).padStart(14, "0")}big`;
    const login = `person-${number}@acme.example`;
    const profile = { login, email: login, firstName: "Person", lastName: `Number ${number}` };
    tenant.users.set(id, { ...model, id, status: "ACTIVE", created, profile });
    ids.push(id);
  }
  let member = 0;
  for (let number = 0; number < groups; number += 1) {
    const id = `00g${String(number).padStart(14, "0")}big`;
    const dates = { created, lastUpdated: created, lastMembershipUpdated: created };
    const profile = { name: `team-${number}`, description: `Team ${number}` };
    tenant.groups.set(id, { ...group, id, ...dates, profile });
    const size = Math.floor((memberships * (number + 1)) / groups) - Math.floor((memberships * number) / groups);
    const members = new Map<string, { direct: boolean; rules: readonly string[] }>();
    for (let count = 0; count < size; count += 1) {
      members.set(ids[member % people] ?? "", { direct: true, rules: [] });
      member += 1;
    }
    tenant.members.set(id, members);
  }
}
