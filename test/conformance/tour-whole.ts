/** The provider as a whole: credentials, people, health, and what a view may do. */
import { expect } from "vitest";
import { type Problem, ProblemError, problemsOf } from "../../engine/problem.ts";
import type { Connection, View } from "../../engine/provider.ts";
import { ACME_PEOPLE } from "../../providers/shared/acme.ts";
import { hang, spoilToken } from "./faults.ts";
import type { Stage } from "./stage.ts";
import { kindOf, type Subject } from "./subject.ts";

export type Visit = (stage: Stage) => Promise<void>;
export type Visits = Readonly<Record<string, Visit>>;

const WRITING = ["create", "update", "delete", "disable", "run", "send"];

export function visits({ provider, system, kinds }: Subject): Visits {
  const names = [...provider.kinds.keys()];
  const tours: Record<string, Visit> = {
    "calls nobody before it is asked": async (stage) => {
      stage.view();
      stage.hands();
      expect(stage.exchanges).toEqual([]);
      expect(stage.connection.calls()).toEqual({});
    },
    "names its tenant, the same every time": async (stage) => {
      const tenant = await stage.view().tenant();
      expect(tenant.id).not.toBe("");
      expect(tenant.host).not.toBe("");
      expect(await stage.view().tenant()).toEqual(tenant);
    },
    "finds a healthy tenant healthy": async (stage) => {
      const findings = await stage.view().preflight(names);
      stage.say(findings);
      expect(findings.filter(({ severity }) => severity !== "warning")).toEqual([]);
      const checks = [];
      for await (const check of stage.view().doctor(names)) checks.push(check);
      stage.say(checks);
      expect(checks.filter(({ status }) => status === "fail")).toEqual([]);
      expect(checks.length).toBeGreaterThan(0);
    },
    "has a view without a member that writes": async (stage) => {
      expect(Object.keys(stage.view()).filter((member) => WRITING.includes(member))).toEqual([]);
    },
    "has samples of its own kinds only": async () => {
      expect(Object.keys(kinds).filter((name) => !names.includes(kindOf(name)))).toEqual([]);
    },
  };
  if (system === undefined) return tours;
  tours["reads with requests that read"] = async (stage) => {
    await askEverything(stage.view(), names, provider.kinds);
    expect(stage.exchanges.filter(({ writes }) => writes)).toEqual([]);
  };
  tours["refuses to go on with a dead credential, and says so"] = async (stage) => {
    stage.faults.arm(spoilToken, { times: 1_000 });
    for (const problem of await refusal(
      stage,
      stage
        .view()
        .tenant()
        .then(() => firstList(stage.connection, names)),
    )) {
      expectUseful(problem);
      expect(problem.fatal).toBe(true);
    }
  };
  tours["stops at once when told to"] = async (stage) => {
    stage.faults.arm(hang, { times: 1_000 });
    const asked = firstList(stage.connection, names);
    const stopped = expect(asked).rejects.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    const before = stage.clock.now();
    stage.abort();
    await stopped;
    expect(stage.exchanges).toEqual([]);
    expect(stage.clock.now()).toBe(before);
  };
  tours["does not sit out a wait when told to stop"] = async (stage) => {
    const before = stage.clock.now();
    const limit = stage.faults.arm(async () => {
      stage.abort();
      return system.tooMany(stage.clock.now(), 60_000);
    });
    await expect(firstList(stage.connection, names)).rejects.toThrow();
    expect(limit.met()).toBe(1);
    expect(stage.exchanges).toEqual([]);
    expect(stage.clock.now()).toBe(before);
  };
  tours["takes no blank answer for absence"] = async (stage) => {
    const settings = system.blind?.(stage.tenant.emulator);
    if (settings === undefined) throw new Error("The subject has no credential that sees nothing");
    const blind = stage.connect(settings);
    for (const name of names) {
      const findings = await blind.view().preflight([name]);
      const problems = findings.filter(({ severity }) => severity !== "warning");
      stage.say(problems);
      for (const problem of problems) expectUseful(problem);
      if (problems.length === 0) await refusal(stage, firstList(blind, [name]));
    }
  };
  if (provider.namesPeople) {
    tours["knows people by login, whatever the letter case, and strangers not at all"] = async (stage) => {
      const logins = ACME_PEOPLE.map(({ login }) => login.toUpperCase());
      const found = await stage.view().people([...logins, "nobody@acme.example"]);
      expect(found.map(({ name }) => name)).toEqual([...logins, "nobody@acme.example"]);
      expect(found.map(({ candidates }) => candidates.length)).toEqual([...logins.map(() => 1), 0]);
      expect(found.flatMap(({ candidates }) => candidates.map(({ login }) => login.toUpperCase()))).toEqual(logins);
    };
  }
  return tours;
}

async function askEverything(view: View, names: readonly string[], kinds: Subject["provider"]["kinds"]): Promise<void> {
  await view.tenant();
  await view.preflight(names);
  for await (const _ of view.doctor(names));
  await view.standing();
  await view.audit([], 0);
  for (const name of names) {
    const can = kinds.get(name)?.can;
    if (can?.list !== true) continue;
    for await (const live of view.list(name, { objects: [], everything: true })) {
      await view.review(name, live.spec, live);
      if (can.get) for await (const _ of view.get(name, [{ id: live.id, fields: Object.keys(live.spec) }]));
      if (can.grants) for await (const _ of view.grants(name, [live.id]));
      if (can.progress) await view.progress(name, live);
    }
  }
}

async function firstList(connection: Connection, [name = ""]: readonly string[]): Promise<void> {
  for await (const _ of connection.view().list(name, { objects: [], everything: true }));
}

async function refusal(stage: Stage, work: Promise<unknown>): Promise<readonly Problem[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  stage.say(error);
  return problemsOf(error);
}

function expectUseful(problem: Problem): void {
  expect(problem.code).not.toBe("internal");
  expect(problem.hint ?? "").not.toBe("");
}
