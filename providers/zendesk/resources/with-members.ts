/**
 * What groups and organizations have in common: rows that are listed whole, and memberships that are read for those whose
 * document names members, and changed by jobs.
 */
import type { Kind, Progress, Want, WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { elementsAt } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import type { MembershipReads } from "../client/memberships.ts";
import type { ZendeskReader, ZendeskWriter } from "../client.ts";
import { additions, jobProgress, type MemberPlace, type Members, namedMembers, removals } from "./members.ts";

type Membered = Spec & { readonly members?: readonly string[] };

/** Where the rows of a kind are, and how one is shown. */
export interface Rows<Row, S extends Membered> {
  all(reader: ZendeskReader): Promise<readonly Row[]>;
  /** By id, past every memo. */
  one(reader: ZendeskReader, id: string): Promise<Row | undefined>;
  /** As the kind's `key` gives it. */
  keyOf(row: Row): string;
  memberships(reader: ZendeskReader): MembershipReads;
  toLive(row: Row, members: Members | undefined): Live<S>;
}

/** `list`, `get` and `progress` of a kind over these rows. */
export function readsOf<Row extends { readonly id: string }, S extends Membered>(
  rows: Rows<Row, S>,
): Required<Pick<Kind<ZendeskReader, ZendeskWriter, S>, "list" | "get" | "progress">> {
  /** Removals are decided on it: nobody's job is half-done, and nothing read before counts. */
  async function read(reader: ZendeskReader, id: string, members: boolean): Promise<Live<S> | undefined> {
    const found = await rows.one(reader, id);
    if (found === undefined) return undefined;
    if (!members) return rows.toLive(found, undefined);
    await reader.jobs.settled();
    const memberships = await rows.memberships(reader).now(id);
    return memberships === undefined ? undefined : rows.toLive(found, await namedMembers(reader, memberships));
  }

  return {
    async *list(reader: ZendeskReader, want: Want): AsyncIterable<Live<S>> {
      const wanted = (await rows.all(reader)).flatMap((row) => asked(row, want, rows.keyOf(row)));
      const ids = wanted.filter(({ members }) => members).map(({ row }) => row.id);
      if (ids.length > 0) await reader.jobs.settled();
      const held = ids.length === 0 ? undefined : await rows.memberships(reader).of(ids, want.everything === true);
      for (const { row, members } of wanted) {
        yield rows.toLive(row, members ? await namedMembers(reader, held?.get(row.id) ?? []) : undefined);
      }
    },

    async *get(
      reader: ZendeskReader,
      wanted: readonly (WantedObject & { readonly id: string })[],
    ): AsyncIterable<Live<S> | Gone> {
      yield* inParallel(wanted, async ({ id, fields }): Promise<Live<S> | Gone> => {
        return (await read(reader, id, fields.includes("members"))) ?? { gone: true, id };
      });
    },

    progress: (reader: ZendeskReader, live: Live<S>): Promise<Progress<S>> =>
      jobProgress(reader, live.id, () => read(reader, live.id, live.spec.members !== undefined)),
  };
}

function asked<Row extends { readonly id: string }>(
  row: Row,
  { objects, everything }: Want,
  ownKey: string,
): readonly { readonly row: Row; readonly members: boolean }[] {
  if (everything === true) return [{ row, members: true }];
  const asking = objects.filter(({ id, key }) => (id === undefined ? key === ownKey : id === row.id));
  return asking.length === 0 ? [] : [{ row, members: asking.some(({ fields }) => fields.includes("members")) }];
}

type Steps = readonly (() => Promise<void>)[];

/** Everybody whom a new object is declared with. */
export function firstMembers(place: MemberPlace, { members = [] }: Membered, { people }: WriteContext): Steps {
  const id = personIds(people);
  return additions(
    place,
    members.map((login) => ({ login, id: id(login) })),
  );
}

/** Whoever comes is let in before anybody leaves. */
export function movedMembers(
  place: MemberPlace,
  live: Live<Membered>,
  fields: readonly FieldChange[],
  context: WriteContext,
): Steps {
  const { added, removed } = elementsAt(fields, "members");
  const id = personIds(context.people, live.people);
  const named = (logins: readonly string[]) => logins.map((login) => ({ login, id: id(login) }));
  return [...additions(place, named(textsOf(added))), ...removals(place, named(textsOf(removed)))];
}

/** A new object as it was answered, with the members that its jobs have let in. */
export function withFirstMembers<S extends Membered>(live: Live<S>, { members }: S, { people }: WriteContext): Live<S> {
  return { ...live, spec: { ...live.spec, ...(members === undefined ? {} : { members }) }, people };
}
