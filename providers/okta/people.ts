/** Who a name is: a login, else an exact primary e-mail of somebody who is not deactivated (SPEC §1). */
import type { PersonMatch } from "../../engine/provider.ts";
import { inParallel } from "../shared/in-parallel.ts";
import { quoted, type User } from "./client/users.ts";
import type { OktaReader } from "./client.ts";

/** Terms of one search; more make the address too long for Okta (okta.md §4.1). */
const TERMS = 20;
const PAGE = 200;
/** Beyond this many searches, and without knowing how many people there are, one sweep is the better bet. */
const MOST_SEARCHES = 10;

export async function peopleNamed(reader: OktaReader, names: readonly string[]): Promise<readonly PersonMatch[]> {
  const unknown = names.filter((name) => reader.seen.userByLogin(name) === undefined);
  const everybody =
    unknown.length > 0 && !reader.seen.knowsEverybody() && sweeps(reader, unknown.length) ? await reader.users() : [];
  const byLogin = everybody.length > 0 ? [] : await search(reader, "profile.login", unknown);
  const stillUnknown = unknown.filter((name) => reader.seen.userByLogin(name) === undefined);
  const byEmail = everybody.length > 0 ? everybody : await search(reader, "profile.email", stillUnknown);
  await lagging(reader, stillUnknown, [...byLogin, ...byEmail]);

  return names.map((name) => {
    const user = reader.seen.userByLogin(name);
    const found = user !== undefined && isPresent(user) ? [user] : byEmail.filter((one) => hasEmail(one, name));
    return { name, candidates: found.map(({ id, login }) => ({ id, login })) };
  });
}

/** One sweep costs a page for 200 people; a search finds 20 names. */
export function sweeps(reader: OktaReader, names: number): boolean {
  const searches = Math.ceil(names / TERMS);
  const population = reader.seen.population();
  return population === undefined ? searches > MOST_SEARCHES : searches > Math.ceil(population / PAGE);
}

/** Users whose attribute is one of the values. The index may answer with what no longer matches, so callers compare. */
export async function search(
  reader: OktaReader,
  attribute: "id" | "profile.login" | "profile.email",
  values: readonly string[],
): Promise<readonly User[]> {
  const chunks: string[] = [];
  for (let start = 0; start < values.length; start += TERMS) {
    const terms = values.slice(start, start + TERMS).map((value) => `${attribute} eq ${quoted(value)}`);
    chunks.push(terms.join(" or "));
  }
  const found: User[] = [];
  for await (const users of inParallel(chunks, (chunk) => reader.searchUsers(chunk))) found.push(...users);
  return found;
}

/** Searches lag behind writes; somebody created a moment ago is found by login, which does not. */
async function lagging(reader: OktaReader, names: readonly string[], found: readonly User[]): Promise<void> {
  const missing = names.filter(
    (name) => reader.seen.userByLogin(name) === undefined && !found.some((user) => hasEmail(user, name)),
  );
  // A login with a slash cannot stand in a path (okta.md §4.1).
  const askable = missing.filter((name) => !name.includes("/"));
  for await (const _ of inParallel(askable, (name) => reader.user(name)));
}

function hasEmail(user: User, name: string): boolean {
  return isPresent(user) && user.email?.toLowerCase() === name.toLowerCase();
}

function isPresent(user: User): boolean {
  return user.status !== "DEPROVISIONED";
}
