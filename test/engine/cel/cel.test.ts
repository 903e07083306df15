import { describe, expect, it } from "vitest";
import { checkCel, compileCel, evaluateCel } from "../../../engine/cel/cel.ts";
import { type CelEnvironment, excerptOf } from "../../../engine/cel/environment.ts";
import { CelUnavailable } from "../../../engine/cel/library.ts";

const people: CelEnvironment = {
  name: "a test rule",
  types: { Person: { email: "string", age: "int", teams: "list<string>", profile: "map<string, dyn>", status: "int" } },
  variables: { subject: "Person" },
  enums: { Status: { ACTIVE: 1, GONE: 2 } },
  functions: [
    { name: "acme.people.v1.Knows", params: ["Person", "string"], result: "bool" },
    { name: "ifEmpty", receiver: "string", params: ["string"], result: "string" },
  ],
  result: "bool",
};
const ada = { email: "ada@acme.example", age: 36, teams: ["sre"], profile: { level: 5 }, status: 1 };

describe("checkCel", () => {
  it.each([
    'subject.email == "ada@acme.example" && "sre" in subject.teams',
    "has(subject.profile.level) && subject.profile.level > 3",
    "subject.status == Status.ACTIVE",
    'acme.people.v1.Knows(subject, "grace")',
    'subject.email.ifEmpty("x") == "x"',
    'subject.email.matches("(?i)^ADA@")',
  ])("accepts %s", (text) => {
    expect(checkCel(text, people)).toEqual([]);
  });

  it("points at a misspelt field", () => {
    const text = 'true &&\n  subject.emial == "x"';
    const [finding] = checkCel(text, people);
    expect(finding).toMatchObject({ message: "No such key: emial", range: { line: 2, column: 11 } });
    expect(finding?.range && excerptOf(text, finding.range)).toEqual({
      line: '  subject.emial == "x"',
      from: 10,
      to: 15,
    });
  });

  it("names a function as its author wrote it", () => {
    const [finding] = checkCel("acme.people.v1.Knows(subject, 1)", people);
    expect(finding?.message).toBe("found no matching overload for 'acme.people.v1.Knows(Person, int)'");
  });

  it("refuses an unknown variable, a wrong result and a pattern that is no RE2", () => {
    expect(checkCel("user.email == ''", people)[0]?.message).toBe("Unknown variable: user");
    expect(checkCel("subject.email", people)[0]?.message).toBe("a test rule must give bool; this gives string.");
    expect(checkCel('subject.email.matches("a(?=b)")', people)[0]).toMatchObject({
      code: "bad-pattern",
      range: { start: 22, end: 30 },
    });
  });
});

describe("evaluateCel", () => {
  it("binds whole numbers as ints", () => {
    expect(evaluateCel("subject.age + 1 == 37 && subject.profile.level + 1 == 6", people, { subject: ada })).toEqual({
      ok: true,
      value: true,
    });
  });

  it("asks the functions that it is given", () => {
    const outcome = evaluateCel(
      'acme.people.v1.Knows(subject, "grace")',
      people,
      { subject: ada },
      {
        "acme.people.v1.Knows": (_person, name) => name === "grace",
      },
    );
    expect(outcome).toEqual({ ok: true, value: true });
  });

  it("says that it cannot know where a function is missing, unless the other side decides", () => {
    const text = 'acme.people.v1.Knows(subject, "grace")';
    expect(evaluateCel(text, people, { subject: ada })).toMatchObject({ ok: false, unavailable: true });
    expect(evaluateCel(`${text} || subject.age > 1`, people, { subject: ada })).toEqual({ ok: true, value: true });
    expect(new CelUnavailable("x").name).toBe("CelUnavailable");
  });

  it("raises on a missing key, as CEL does, without pretending not to know", () => {
    const outcome = evaluateCel('subject.profile.grade == "x"', people, { subject: ada });
    expect(outcome).toMatchObject({ ok: false, unavailable: false, finding: { message: "No such key: grade" } });
  });

  it("matches by RE2, in linear time", () => {
    const hostile = compileCel('subject.email.matches("^(a+)+$") == false', people);
    const outcome = hostile.run({ subject: { ...ada, email: `${"a".repeat(40)}!` } });
    expect(outcome).toEqual({ ok: true, value: true });
  });

  it("leaves the word matches alone where it is no call", () => {
    expect(evaluateCel('"matches" == "matches" && subject.email.matches("ada")', people, { subject: ada })).toEqual({
      ok: true,
      value: true,
    });
  });
});
