import { describe, expect, test } from "vitest";
import type { Recorder, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Live, Spec } from "../../../engine/model.ts";
import { problemsOf } from "../../../engine/problem.ts";
import type { Connection } from "../../../engine/provider.ts";
import { pagerduty } from "../../../providers/pagerduty/provider.ts";
import { ACME_TOKENS } from "../../../providers/shared/acme.ts";
import { all } from "../../support/asked.ts";
import { testClock } from "../../support/clock.ts";
import { noSink } from "../../support/no-sink.ts";
import { type Account, account, at, pluck } from "./account.ts";

const SRE = "PTEAMSR";
const [ADA, GRACE, LINUS, KATHERINE] = ["ada", "grace", "linus", "katherine"].map((name) => `${name}@acme.example`);

interface Connected extends Connection {
  /** `METHOD /path` of each request, oldest first. */
  readonly sent: string[];
}

function connected(to: Account, token = to.emulator.settings.token ?? ""): Connected {
  const sent: string[] = [];
  const connection = pagerduty.connect(
    { token },
    {
      async fetch(request) {
        const { pathname, search } = new URL(request.url);
        sent.push(`${request.method} ${pathname}${search}`);
        return to.emulator.fetch(request);
      },
      signal: new AbortController().signal,
      clock: testClock(to.time.now, async (ms) => {
        to.time.now += ms;
      }),
    },
  );
  return { ...connection, sent };
}

const recorder: Recorder = { intent: async () => ({ outcome: () => {} }) };

const context: WriteContext = {
  address: "pagerduty/team/sre",
  marker: { tool: "accord", stack: "test", address: "pagerduty/team/sre" },
  people: Object.fromEntries(
    ["ada", "grace", "linus", "katherine", "alan"].map((name) => [
      `${name}@acme.example`,
      `P${name.toUpperCase().slice(0, 6).padEnd(6, name.at(-1)?.toUpperCase())}`,
    ]),
  ),
  made: async () => {},
  deliver: noSink,
};

async function read(connection: Connection, name = "SRE", fields = ["managers"]): Promise<Live> {
  const [live, ...others] = await all(connection.view().list("team", { objects: [{ key: name, fields }] }));
  if (live === undefined || others.length > 0) throw new Error(`${others.length} others of ${name}`);
  return live;
}

const change = (op: "add" | "remove", field: string, element = ""): FieldChange => ({ op, path: [field], element });

function update(connection: Connection, live: Live, spec: Spec, ...fields: readonly FieldChange[]): Promise<Live> {
  return connection.hands(recorder).update("team", live, spec, fields, context);
}

describe("a team", () => {
  test("is read with its people by role, where one of the roles is declared", async () => {
    const connection = connected(account());
    expect(await read(connection)).toMatchObject({
      id: SRE,
      spec: { name: "SRE", defaultRole: "manager", managers: [ADA], responders: [GRACE, LINUS], observers: [] },
      people: { "ada@acme.example": "PADAAAA" },
    });
    expect(connection.calls()).toEqual({ api: 2 });
    const bare = connected(account());
    expect((await read(bare, "SRE", ["description"])).spec).toEqual({
      name: "SRE",
      description: "Keeps production up.",
      defaultRole: "manager",
    });
    expect(bare.calls()).toEqual({ api: 1 });
  });

  test("of more people than a page holds is read to the last", async () => {
    const saved = account().emulator.save();
    const [users, members] = [at(saved, "users"), at(saved, "teams", 0, "members")];
    if (!Array.isArray(users) || !Array.isArray(members)) throw new Error("no rows");
    for (let index = 0; index < 240; index += 1) {
      users.push({ ...users[0], id: `PU${index}`, email: `u${index}@acme.example` });
      members.push({ userId: `PU${index}`, role: "observer" });
    }
    const connection = connected(account(saved));
    expect((await read(connection)).spec.observers).toHaveLength(240);
    expect(connection.sent.filter((line) => line.includes("/members"))).toHaveLength(3);
  });

  test("names nobody under two roles, said before any call", () => {
    const spec = { name: "SRE", managers: [ADA ?? ""], observers: [GRACE ?? "", "ADA@acme.example"] };
    expect([...(pagerduty.kinds.get("team")?.check?.(spec) ?? [])]).toMatchObject([
      {
        code: "pagerduty-two-roles",
        path: ["observers", 1],
        message: expect.stringContaining("under managers already"),
      },
    ]);
  });

  test("lets whoever changes roles change them in one call, and never out", async () => {
    const to = account();
    const connection = connected(to);
    const live = await read(connection);
    connection.sent.length = 0;
    const spec = { name: "SRE", managers: [ADA ?? "", GRACE ?? ""], responders: [LINUS ?? ""] };
    const after = await update(
      connection,
      live,
      spec,
      change("add", "managers", GRACE),
      change("remove", "responders", GRACE),
    );
    expect(connection.sent).toEqual([`PUT /teams/${SRE}/users/PGRACEE`]);
    expect(after.spec).toMatchObject({ managers: [ADA, GRACE], responders: [LINUS] });
    expect((await read(connected(to))).spec).toMatchObject({ managers: [ADA, GRACE], responders: [LINUS] });
  });

  test("keeps whom another role wants, although giving it was refused", async () => {
    const to = account();
    const connection = connected(to);
    const live = await read(connection);
    // As in the second stage of a run whose first one failed.
    const spec = { name: "SRE", managers: [ADA ?? "", GRACE ?? ""], responders: [LINUS ?? ""] };
    await update(connection, live, spec, change("remove", "responders", GRACE));
    expect((await read(connected(to))).spec.responders).toEqual([GRACE, LINUS]);
  });

  test("says whose role changes where the document leaves their list out", async () => {
    const live = await read(connected(account()));
    const kind = pagerduty.kinds.get("team");
    const fields = [change("add", "managers", GRACE)];
    const told = (after: Spec) => kind?.describe?.({ action: "update", before: live, after, fields })?.notes;
    expect(told({ name: "SRE", managers: [] })).toEqual([
      "grace@acme.example is responder of the team now, and becomes manager.",
    ]);
    expect(told({ name: "SRE", managers: [], responders: [] })).toBeUndefined();
  });

  test("keeps whoever its escalation policy wakes, and says which, and lets the others go", async () => {
    const to = account();
    const trent = { token: ACME_TOKENS.pagerdutyForC1 };
    await to.call("PUT", `/teams/${SRE}/users/PKATHER`, { role: "observer" }, trent.token);
    await to.call("PUT", `/teams/${SRE}/users/PALANNN`, { role: "observer" }, trent.token);
    const connection = connected(to);
    const live = await read(connection);
    const people = { ...context.people, ...live.people };
    const refused = await connection
      .hands(recorder)
      .update(
        "team",
        live,
        { name: "SRE", observers: [] },
        [change("remove", "observers", KATHERINE), change("remove", "observers", "alan@acme.example")],
        { ...context, people },
      )
      .catch(problemsOf);
    expect(refused).toEqual([
      {
        code: "pagerduty-on-escalation-policy",
        message:
          'observer katherine@acme.example: katherine@acme.example cannot leave the team SRE while its escalation policy "Production" wakes them.',
        hint: "Take them off that policy in PagerDuty, then apply again.",
      },
    ]);
    expect((await read(connected(to))).spec.observers).toEqual([KATHERINE]);
  });

  test("takes no stakeholder, said in the plan", async () => {
    const to = account();
    await to.call("PUT", "/users/PALANNN", { user: { type: "user", role: "read_only_user" } });
    const view = connected(to).view();
    const spec = { name: "New", responders: [GRACE ?? "", "alan@acme.example"] };
    expect(await view.review("team", spec, undefined)).toMatchObject([
      {
        code: "pagerduty-stakeholder",
        path: ["responders", 1],
        message: "alan@acme.example is a stakeholder (read_only_user), and stakeholders cannot be in a team.",
      },
    ]);
  });

  test("is not made where one of its name is, however many there are", async () => {
    const to = account();
    for (let index = 0; index < 130; index += 1) {
      await to.call("POST", "/teams", { team: { type: "team", name: `Ops ${index}` } });
    }
    await to.call("POST", "/teams", { team: { type: "team", name: "Ops" } });
    const made = connected(to).hands(recorder).create("team", { name: "Ops" }, context);
    expect(await made.catch(problemsOf)).toMatchObject([
      { code: "exists", hint: expect.stringContaining("accord import pagerduty/team/sre P") },
    ]);
  });

  test("that still holds something is not deleted, with what to do about it", async () => {
    const connection = connected(account());
    const refused = await connection
      .hands(recorder)
      .delete("team", await read(connection), context)
      .catch(problemsOf);
    expect(refused).toMatchObject([
      { code: "pagerduty-refused", hint: expect.stringContaining("to another team first") },
    ]);
  });
});

describe("an account", () => {
  function without(ability: string): Account {
    const saved = account().emulator.save();
    const abilities = at(saved, "abilities");
    if (Array.isArray(abilities)) abilities.splice(abilities.indexOf(ability), 1);
    return account(saved);
  }

  test("without teams in its plan is told which plans have them, before anything is read", async () => {
    const connection = connected(without("teams"));
    const problems = await connection.view().preflight(["schedule", "team"]);
    expect(problems).toMatchObject([
      { code: "pagerduty-not-licensed", hint: expect.stringContaining("Business, Enterprise for Incident Management") },
    ]);
    expect(connection.sent).toEqual(["GET /abilities"]);
    expect(await read(connection).catch(problemsOf)).toMatchObject([
      { code: "pagerduty-not-licensed", hint: expect.stringContaining("Business") },
    ]);
  });

  test("is not asked for what only teams need where no team is declared", async () => {
    const connection = connected(without("teams"));
    expect(await connection.view().preflight(["schedule", "user"])).toEqual([]);
    expect(connection.sent).toEqual([]);
  });

  test("whose key only reads is planned, and its writes are refused with what is needed", async () => {
    const to = account();
    const connection = connected(to, to.emulator.actors?.reader);
    const live = await read(connection);
    const spec = { name: "SRE", managers: [ADA ?? "", GRACE ?? ""] };
    const refused = await update(connection, live, spec, change("add", "managers", GRACE)).catch(problemsOf);
    expect(refused).toMatchObject([
      { code: "pagerduty-forbidden", hint: expect.stringContaining("A read-only key changes nothing") },
    ]);
  });

  test("is judged by doctor for what is declared: teams need a key that writes", async () => {
    const lines = async (to: Account, token?: string): Promise<readonly unknown[]> => {
      const checks = await all(connected(to, token).view().doctor(["team"]));
      return pluck(
        checks
          .filter(({ name }) => name === "credential" || name === "teams")
          .map(({ status, name, detail }) => ({ line: `${status} ${name}: ${detail}` })),
        "line",
      );
    };
    const to = account();
    expect(await lines(to)).toEqual([
      "ok credential: an account key that may write everything; PagerDuty has none for teams alone",
      "ok teams: 1",
    ]);
    expect((await lines(to, to.emulator.actors?.reader))[0]).toBe(
      "warn credential: a read-only account key: plans work, applying their changes of teams will not",
    );
    await to.call("PUT", "/users/PTRENTT", { user: { type: "user", role: "observer" } });
    expect((await lines(to, to.emulator.actors?.trent))[0]).toBe(
      "warn credential: a user key: it acts as Trent Admin (observer), who may not change teams, and ends with that user",
    );
    expect(await lines(without("teams"))).toContain("fail teams: The account's plan has no teams (ability `teams`).");
  });
});
