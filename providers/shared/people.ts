import { ProblemError } from "../../engine/problem.ts";

/** Login → vendor id, in the order of who knows best. */
export type KnownPeople = Readonly<Record<string, string>> | undefined;

/** Vendor id of whom a spec or a live list names, as resolved and reviewed; never looked up at write time. */
export function personIds(...known: readonly KnownPeople[]): (login: string) => string {
  const ids = new Map<string, string>();
  for (const people of known) {
    for (const [login, id] of Object.entries(people ?? {})) {
      const folded = login.toLowerCase();
      if (!ids.has(folded)) ids.set(folded, id);
    }
  }
  return (login) => {
    const id = ids.get(login.toLowerCase());
    if (id !== undefined) return id;
    throw new ProblemError({
      code: "unknown-person",
      message: `${login} is not among the people that this plan resolved.`,
      hint: "Plan again: people are resolved while planning.",
    });
  };
}
