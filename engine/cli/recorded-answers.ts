/** ⇄ Who held an object, and what somebody held: from the record alone, which is checked first. Nobody is called. */
import { parseAddress } from "../address.ts";
import { instanceSeen } from "../graph/refs.ts";
import { type Holding, type Holdings, holdingsOf } from "../impact/holdings.ts";
import type { Someone } from "../impact/persons.ts";
import { wordedBy } from "../impact/wording.ts";
import { type Decisions, decisionsIn } from "../ledger/decisions.ts";
import type { LedgerEvent } from "../ledger/event.ts";
import { readLedger } from "../ledger/ledger.ts";
import { type Recorded, sightsIn } from "../ledger/observation.ts";
import type { Address } from "../model.ts";
import { ProblemError } from "../problem.ts";
import type { AccessView, HoldingsView, WhoView } from "../report/holdings.ts";
import { minuteOf } from "../report/time.ts";
import type { State } from "../state/state.ts";
import { count, nearest } from "../words.ts";
import type { Invocation } from "./invocation.ts";
import { nobody } from "./live-answers.ts";
import { momentOf } from "./moment.ts";
import { readState } from "./open-state.ts";
import { openWorkspace } from "./workspace.ts";

export async function whoThen(invocation: Invocation, text: string, at: string): Promise<WhoView> {
  const past = await openPast(invocation, at);
  const asked = parseAddress(text)?.address;
  const pictures = past.pictures.toReversed();
  const named = (picture: Picture): Address | undefined =>
    asked === undefined ? undefined : past.nameThen(asked, picture);
  const present = pictures.filter((picture) => picture.has(named(picture)));
  if (present[0] === undefined && !past.knows(asked)) {
    throw new ProblemError({
      code: "unknown-address",
      message: `The record knows no ${text}.`,
      hint: nearest(text, past.addresses()) || "`accord history` shows what was done, by address.",
    });
  }
  // An instance that nobody could read that day says nothing about what was there.
  const covering = pictures.filter((picture) => asked !== undefined && picture.covers(asked));
  const telling = covering.find((picture) => picture.unread(named(picture)).length === 0);
  const picture = telling ?? present[0] ?? covering[0] ?? past.newest;
  const address = named(picture) ?? past.newestName(text);
  const holdings = picture.holdings().who(address);
  const upstream = picture.holdings().upstream(address);
  return {
    ...{ address, ...past.view(picture, holdings, (one) => upstream.has(one) || !picture.has(one)) },
    gaps: [...picture.sight.gaps, ...unreadGaps(picture.unread(address))],
    ...(picture.has(address) ? {} : { nobody: "The stack had no such object then, or none that gives access." }),
  };
}

export async function accessThen(invocation: Invocation, name: string, at: string): Promise<AccessView> {
  const past = await openPast(invocation, at);
  const picture = past.newest;
  const someone = past.someone(name, picture);
  const holdings = picture.holdings().of(someone);
  if (holdings.length === 0 && someone.ids.length === 0) throw nobody(name, picture.holdings().people());
  const on = new Set(
    holdings.flatMap(({ ways, address }) => [address, ...ways.flatMap((way) => way.map((step) => step.address))]),
  );
  return {
    person: holdings.find(({ account }) => account !== true)?.person ?? holdings[0]?.person ?? name,
    ...past.view(picture, holdings, (one) => on.has(one) || !picture.has(one)),
    gaps: [...picture.sight.gaps, ...unreadGaps(picture.unread())],
  };
}

/** One observation, as a graph that questions can be asked of. */
interface Picture {
  readonly sight: Recorded;
  holdings(): Holdings;
  has(address: Address | undefined): boolean;
  covers(address: Address): boolean;
  unread(about?: Address): ReturnType<Holdings["unread"]>;
}

function pictureOf(sight: Recorded): Picture {
  const addresses = new Set(sight.objects.map(({ address }) => address));
  const providers = new Map(Object.entries(sight.instances));
  let built: Holdings | undefined;
  const holdings = (): Holdings => {
    built ??= holdingsOf(sight.objects, (kind, from) => instanceSeen(kind, from, providers), wordedBy(sight.names));
    return built;
  };
  const giving = new Set(sight.objects.filter(({ whole, edges }) => whole || edges.length > 0).map(({ kind }) => kind));
  return {
    sight,
    holdings,
    has: (address) => address !== undefined && addresses.has(address),
    covers: (address) => sight.coverage.includes(address.slice(0, address.indexOf("/"))),
    unread: (about) =>
      holdings()
        .unread(about)
        .filter(({ holds, kind }) => holds || giving.has(kind)),
  };
}

function unreadGaps(unread: ReturnType<Holdings["unread"]>): readonly string[] {
  const groups = new Map<string, number>();
  for (const { kind, instance } of unread)
    groups.set(`${kind} in ${instance}`, (groups.get(`${kind} in ${instance}`) ?? 0) + 1);
  return [...groups].map(([what, number]) => `Who was behind ${count(number, "object")} of ${what} was not read then.`);
}

async function openPast(invocation: Invocation, text: string) {
  const workspace = await openWorkspace(invocation, { documents: false });
  const moment = momentOf(text, workspace.world.clock.now());
  const stored = await readState(workspace);
  const all = await readLedger(workspace.backend.ledger, stored.ledger);
  const events = all.filter(({ at }) => Date.parse(at) <= moment);
  const everything = [...sightsIn(all)];
  const sights = everything.filter(({ at }) => Date.parse(at) <= moment);
  const pictures = sights.map(pictureOf);
  const newest = pictures.at(-1);
  const asked = new Date(moment).toISOString();
  if (newest === undefined) throw notObserved(asked, everything[0]);
  const decisions = decisionsIn(events, sights);
  return {
    ...{ pictures, newest },
    ...namesIn(all, everything, stored),
    view: (picture: Picture, holdings: readonly Holding[], touches: (address: Address) => boolean): HoldingsView => ({
      at: picture.sight.at,
      coverage: picture.sight.coverage,
      gaps: picture.sight.gaps,
      holdings: holdings.map((holding) => decided(holding, decisions)),
      recorded: {
        ...{ asked, run: picture.sight.run, at: picture.sight.at, read: picture.sight.read },
        actor: actorOf(picture.sight.run, all),
        since: decisions.since(picture.sight.seq, touches),
      },
    }),
  };
}

function notObserved(asked: string, first: Recorded | undefined): ProblemError {
  const later = first === undefined ? "" : ` The first observation is of ${minuteOf(first.at)}.`;
  return new ProblemError({
    code: "not-observed",
    message: `Nobody had looked who holds what by ${minuteOf(asked)}.${later}`,
    hint: "`accord apply` records it after each run, and `accord drift --record` whenever it is run: on a schedule, every day has one. `accord history` shows what was done.",
  });
}

function actorOf(run: string, events: readonly LedgerEvent[]): string {
  const started = events.find((event) => event.type === "run-started" && event.run === run);
  return started?.type === "run-started" ? started.actor : "unknown";
}

function decided(holding: Holding, decisions: Decisions): Holding {
  const { personId, unread } = holding;
  const first = { name: holding.person, ...(personId === undefined ? {} : { id: personId }) };
  const ways = holding.ways.map((way) =>
    way.map((step, index) => ({
      ...step,
      decided: decisions.of(step, index === 0 && unread !== true ? first : undefined),
    })),
  );
  return { ...holding, ways };
}

/** Names change: objects are renamed by `move`, people by their systems. */
function namesIn(events: readonly LedgerEvent[], sights: readonly Recorded[], { resources }: State) {
  const moves = events.flatMap((event) => (event.type === "move" ? [event] : []));
  const known = new Set<Address>([
    ...resources.map(({ address }) => address),
    ...sights.flatMap(({ objects }) => objects.flatMap(({ address }) => address ?? [])),
    ...events.flatMap((event) => ("address" in event ? [event.address] : [])),
    ...moves.flatMap(({ from, to }) => [from, to]),
  ]);
  return {
    knows: (address: Address | undefined): boolean => address !== undefined && known.has(address),
    addresses: (): Iterable<string> => known,
    newestName: (text: string): Address => parseAddress(text)?.address ?? "//",
    /** What an object that has this name was called in a picture: that, unless it got the name later. */
    nameThen(address: Address, picture: Picture): Address {
      if (picture.has(address)) return address;
      let name = address;
      for (const { from, to, seq } of moves.toReversed()) if (seq > picture.sight.seq && to === name) name = from;
      return name;
    },
    /** By the name of that day; else by the ids that had the name on another, or have it now. */
    someone(name: string, picture: Picture): Someone {
      const wanted = name.toLowerCase();
      const here = idsNamed(wanted, [picture.sight]);
      if (here.length > 0 || picture.holdings().of({ names: [name], ids: [] }).length > 0)
        return { names: [name], ids: here };
      const owned = resources.flatMap(({ address, people }) =>
        Object.entries(people).flatMap(([login, id]) =>
          login.toLowerCase() === wanted ? [{ instance: address.slice(0, address.indexOf("/")), id }] : [],
        ),
      );
      return { names: [], ids: [...idsNamed(wanted, sights), ...owned] };
    },
  };
}

function idsNamed(wanted: string, sights: readonly Recorded[]): Someone["ids"] {
  return sights.flatMap(({ objects }) =>
    objects.flatMap(({ instance, edges }) =>
      edges.flatMap(({ person, personId, holder }) =>
        holder === undefined && personId !== undefined && person.toLowerCase() === wanted
          ? [{ instance, id: personId }]
          : [],
      ),
    ),
  );
}
