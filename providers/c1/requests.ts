/** Asking for access, and for its end, in somebody's name: `accord run c1 request person=ada@acme.example profile=On-call`. */

import { type Problem, ProblemError } from "../../engine/problem.ts";
import type { ActionResult, OneShot } from "../../engine/provider.ts";
import type { Fields } from "../shared/narrow.ts";
import { only } from "./choosing.ts";
import { secondsOf, toWire } from "./client/duration.ts";
import type { User } from "./client/people.ts";
import { refOfRow, type ScopedRef, scopedId, scopedRef } from "./client/refs.ts";
import type { TaskWord } from "./client/tasks.ts";
import { flag, text } from "./client/wire.ts";
import type { C1Reader, C1Writer } from "./client.ts";
import { findEntitlement } from "./resources/entitlement-lookup.ts";
import { groupsOf } from "./resources/group-lookup.ts";
import { enrolmentRef, systemAppId } from "./resources/system-app.ts";

type Parameters = Readonly<Record<string, string>>;

const WHAT = {
  person: { description: "Primary e-mail of the person concerned.", required: true },
  profile: { description: "Name or id of an access profile: being in it is what is asked for." },
  group: { description: "Name of a C1 group: being in it is what is asked for." },
  entitlement: { description: "<app id>/<entitlement id>." },
  app: { description: "Name of the app; together with alias, or with type, resource and slug." },
  alias: { description: "Alias of an entitlement of the app." },
  type: { description: "Resource type, as C1 shows it: Group, Role, Schedule." },
  resource: { description: "Name of the resource, exact." },
  slug: { description: "Which entitlement of the resource: member, assigned, on-call." },
  reason: { description: "Shown to whoever decides." },
};

interface Asked {
  readonly user: User;
  readonly ref: ScopedRef;
  readonly label: string;
}

export const request: OneShot<C1Reader, C1Writer> = {
  name: "request",
  description: "Asks for access in a person's name; C1's policy decides.",
  parameters: {
    ...WHAT,
    duration: { description: "How long: 8h, 30d. C1's own limit where it is left out." },
    emergency: { description: "true: access in an emergency, by the policy for that." },
  },
  async preview(reader, parameters) {
    const asked = await askedFor(reader, parameters);
    durationOf(parameters);
    await refuseSecond(reader, "grant", asked);
    const duration = parameters.duration === undefined ? "" : ` for ${parameters.duration}`;
    return [
      `Opens a request for ${asked.label} in the name of ${nameOf(asked.user)}${duration}. C1's policy decides; it cannot be undone, only closed in C1.`,
    ];
  },
  async run(writer, parameters) {
    const asked = await askedFor(writer, parameters);
    const grantDuration = durationOf(parameters);
    return open(writer, "grant", asked, {
      description: parameters.reason ?? "",
      emergencyAccess: parameters.emergency === "true",
      ...(grantDuration === undefined ? {} : { grantDuration }),
    });
  },
};

export const revoke: OneShot<C1Reader, C1Writer> = {
  name: "revoke",
  description: "Asks for the end of a person's access; C1's policy decides.",
  parameters: WHAT,
  async preview(reader, parameters) {
    const asked = await askedFor(reader, parameters);
    await refuseSecond(reader, "revoke", asked);
    if (!(await reader.holds(asked.ref, asked.user.id))) {
      throw new ProblemError({
        code: "not-held",
        message: `${nameOf(asked.user)} does not hold ${asked.label}, as far as C1 shows.`,
        hint: "A grant shows up to two minutes after it was made; look again then.",
      });
    }
    return [`Opens a task that takes ${asked.label} from ${nameOf(asked.user)}. C1's policy decides when.`];
  },
  async run(writer, parameters) {
    return open(writer, "revoke", await askedFor(writer, parameters), { description: parameters.reason ?? "" });
  },
};

async function open(writer: C1Writer, word: TaskWord, asked: Asked, details: Fields): Promise<ActionResult> {
  try {
    const task = await writer.createTask(word, asked.ref, asked.user.id, details);
    const number = text(task.numericId) || text(task.id);
    const state = text(task.state) === "TASK_STATE_CLOSED" ? "closed already" : "open";
    return {
      summary: [`Task ${number} is ${state}: ${text(task.displayName)}.`],
      facts: { task: text(task.id), entitlement: scopedId(asked.ref), person: asked.user.email },
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.problems.some(({ code }) => code === "already-exists")) await refuseSecond(writer, word, asked);
    if (!error.problems.some(({ code }) => code === "forbidden") || word === "revoke") throw error;
    throw new ProblemError(await Promise.all(error.problems.map((problem) => whereItIs(writer, problem, asked))), {
      cause: error,
    });
  }
}

/** One open task for each person, entitlement and direction: a second one is refused, and this is the first. */
async function refuseSecond(reader: C1Reader, word: TaskWord, { ref, user, label }: Asked): Promise<void> {
  const task = await reader.openTask(word, ref, user.id);
  if (task === undefined) return;
  throw new ProblemError({
    code: "task-open",
    message: `There is an open task already for ${label} and ${nameOf(user)}: ${text(task.numericId)} (${text(task.id)}), since ${text(task.createdAt)}.`,
    hint: "Have it decided, or close it in C1, before asking again.",
  });
}

/** C1 says only that the person may not ask; what may be asked for is what is in a profile that the person sees. */
async function whereItIs(reader: C1Reader, problem: Problem, { ref, label, user }: Asked): Promise<Problem> {
  const own = ref.appId === (await systemAppId(reader));
  const headers = await reader.profiles();
  const holding = await Promise.all(
    headers.map(async (header) => {
      const id = text(header.id);
      const entries = own && id === ref.id ? [] : await reader.profileEntries(id);
      const inside = (own && id === ref.id) || entries.some((one) => scopedId(one) === scopedId(ref));
      return inside ? [whoSees(header, own && id === ref.id)] : [];
    }),
  );
  const profiles = holding.flat();
  const hint =
    profiles.length === 0
      ? "It is in no access profile, and only what is in one can be asked for: add it to one first."
      : `It is in: ${profiles.join("; ")}. The profile has to be open to requests and visible to the person.`;
  return { ...problem, message: `${nameOf(user)} may not ask for ${label}. ${problem.message}`, hint };
}

function whoSees(profile: Fields, itself: boolean): string {
  const name = text(profile.displayName);
  if (!flag(profile.published)) return `${name} (closed to requests)`;
  if (itself && !flag(profile.requestBundle)) return `${name} (cannot be asked for as a whole)`;
  return `${name} (${flag(profile.visibleToEveryone) ? "visible to everyone" : "visible to some"})`;
}

async function askedFor(reader: C1Reader, parameters: Parameters): Promise<Asked> {
  const [user, what] = await Promise.all([personOf(reader, parameters.person ?? ""), whatOf(reader, parameters)]);
  return { user, ...what };
}

async function personOf(reader: C1Reader, email: string): Promise<User> {
  const [user, ...more] = await reader.usersByEmail(email);
  if (user !== undefined && more.length === 0) return user;
  throw new ProblemError({
    code: user === undefined ? "unknown-person" : "ambiguous-person",
    message:
      user === undefined ? `C1 knows nobody with the e-mail "${email}".` : `${more.length + 1} people have "${email}".`,
    hint: "person= takes the primary e-mail, as C1 shows it.",
  });
}

async function whatOf(reader: C1Reader, parameters: Parameters): Promise<Pick<Asked, "ref" | "label">> {
  const { profile, group, entitlement, app, alias, type = "", resource = "", slug = "" } = parameters;
  const ways = [profile, group, entitlement, app].filter((one) => one !== undefined && one !== "").length;
  if (ways !== 1) {
    throw new ProblemError({
      code: "which-entitlement",
      message: ways === 0 ? "What is asked for is missing." : "What is asked for is named in several ways.",
      hint: "Give one of profile=…, group=…, entitlement=…, app=… alias=…, or app=… type=… resource=… slug=….",
    });
  }
  if (profile) {
    const row = await only(reader.profiles(), profile, "profile");
    return { ref: await enrolmentRef(reader, text(row.id)), label: `access profile ${text(row.displayName)}` };
  }
  if (group) {
    const groups = await groupsOf(reader);
    const row = await only(
      groups.map((one) => one.resource),
      group,
      "group",
    );
    const found = groups.find((one) => one.resource === row);
    return { ref: refOfRow(found?.membership ?? {}), label: `C1 group ${text(row.displayName)}` };
  }
  if (entitlement) return labelled(reader, scopedRef(entitlement));
  const appId = text((await only(reader.apps(), app, "app")).id);
  const lookup = { app: { id: appId }, ...(alias ? { alias } : { resource: { type, name: resource }, slug }) };
  const { exact, near } = await findEntitlement(reader, lookup);
  const [one, ...more] = exact;
  if (one !== undefined && more.length === 0) return { ref: scopedRef(one.id), label: `${one.label} of ${app}` };
  throw new ProblemError({
    code: one === undefined ? "lookup-nothing" : "lookup-ambiguous",
    message: one === undefined ? `${app} has no such entitlement.` : `${exact.length} entitlements of ${app} match.`,
    hint: `${near.length > 0 ? `Near: ${near.map(({ label }) => label).join(", ")}. ` : ""}Name it by app, and by alias or by type, resource and slug.`,
  });
}

async function labelled(reader: C1Reader, ref: ScopedRef): Promise<Pick<Asked, "ref" | "label">> {
  const row = await reader.entitlementNow(ref);
  if (row !== undefined) return { ref, label: text(row.displayName) || scopedId(ref) };
  throw new ProblemError({
    code: "not-found",
    message: `There is no entitlement ${scopedId(ref)}.`,
    hint: "entitlement= takes <app id>/<entitlement id>.",
  });
}

function durationOf({ duration }: Parameters): string | undefined {
  if (duration === undefined || duration === "") return undefined;
  if (secondsOf(duration) !== undefined) return toWire(duration);
  throw new ProblemError({
    code: "bad-duration",
    message: `"${duration}" is no duration.`,
    hint: "Write a number and s, m, h or d: 8h, 30d.",
  });
}

function nameOf(user: User): string {
  return user.email || user.displayName || user.id;
}
