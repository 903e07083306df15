/** Drift of one object said in its document: what a person would have written, and nothing else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsFor } from "../../../engine/adopt/documents.ts";
import { editDocuments } from "../../../engine/adopt/edit/edit-document.ts";
import { wantedDocument } from "../../../engine/adopt/edit/wanted.ts";
import type { FieldRule } from "../../../engine/config/rules.ts";
import { parseYaml } from "../../../engine/config/yaml.ts";
import { diffFields, invertField } from "../../../engine/diff/fields.ts";
import type { Address, Spec, Value } from "../../../engine/model.ts";
import { asSpec, dotted, isList, isObject, valueAt } from "../../../engine/value.ts";

const properties = (fields: Readonly<Record<string, FieldRule>>): ReadonlyMap<string, FieldRule> =>
  new Map(Object.entries(fields));
const team: FieldRule = { ref: ["shop/team"], properties: properties({ name: {} }) };
const RULE: FieldRule = {
  required: ["name"],
  properties: properties({
    name: {},
    description: { text: true },
    seats: {},
    members: { unordered: true, foldCase: true, items: { person: true } },
    friends: { unordered: true, items: team },
    parent: team,
    settings: { properties: properties({ color: {}, loud: {}, key: { secret: true } }) },
    steps: {
      items: {
        properties: properties({
          say: { properties: properties({ text: { default: "" } }) },
          wait: { properties: properties({ days: { default: 1 }, note: {} }) },
          hook: { properties: properties({ url: {}, key: { secret: true } }) },
        }),
      },
    },
  }),
};
const ADDRESS: Address = "shop/team/own";
/** Vendor ids of what the stack has documents for. */
const IDS: Readonly<Record<string, string>> = { "shop/team/red": "t-red-0000001", "shop/team/blue": "t-blue-000001" };
const naming = {
  addresses: new Map(Object.entries(IDS).map(([address, id]) => [`shop shop/team ${id}`, address as Address] as const)),
  lookups: new Map([["shop shop/team t-green", { name: "Green ${team}" }]]),
  circular: new Set([`${ADDRESS} shop/team/blue`]),
  instanceFor: () => "shop",
};

/** The document's text after `live` has been found in place of what it says; and what it cannot say. */
function adopted(text: string, live: (spec: Spec) => Spec, accepts: (spec: Spec) => boolean = () => true): string {
  const document = parseYaml(text, "a.yaml")[0]?.value ?? null;
  const resolved = asSpec(resolve(valueAt(document, ["spec"]) ?? null));
  const now = live(resolved);
  const wanted = wantedDocument({
    ...{ document, resolved, rule: RULE, idOf: (address) => IDS[address] },
    fields: diffFields(resolved, now, RULE).map(invertField),
    live: { id: "t-own", spec: now, secrets: isHook(now.steps) ? ["steps[0].hook.key"] : [] },
    words: wordsFor({ instance: "shop", kind: "shop/team" }, ADDRESS, naming),
    accepts: (value) => accepts(asSpec(valueAt(value, ["spec"]) ?? null)),
  });
  const after = editDocuments(text, "a.yaml", new Map([[0, wanted.document]])).text ?? "";
  return [after, ...wanted.unsaid.map(({ path, why, by }) => `unsaid: ${dotted(path)} ${why} ${by ?? ""}`.trim())].join(
    "",
  );
}

function isHook(steps: Value | undefined): boolean {
  return valueAt(steps, [0, "hook"]) !== undefined;
}

/** As the graph does, for what these tests write. */
function resolve(value: Value): Value {
  if (typeof value === "string") return value.replaceAll("$${", "${").replace("${var:who}", "Ada");
  if (isList(value)) return value.map((one) => (typeof one === "string" && IDS[one] ? { id: IDS[one] } : resolve(one)));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === "key"
        ? { $secret: String(one) }
        : key === "parent" && typeof one === "string"
          ? { id: IDS[one] ?? "" }
          : resolve(one),
    ]),
  );
}

const TEXT = `name: own
spec:
  name: Own
  description: Ours   # said
  seats: 5
  members: [ada@x, Grace@x]
  friends:
    - shop/team/red   # by address
  parent: shop/team/red
  settings: { color: red, key: "\${env:KEY}" }
  steps:
    - wait: { days: 3 }  # first
    - say: { text: hello }
    # at last
    - say:
        text: bye  # words
`;

describe("one field", () => {
  test("takes the live value; what the document does not name stays unsaid", () => {
    expect(adopted(TEXT, (spec) => ({ ...spec, seats: 7, other: 1 }))).toBe(TEXT.replace("seats: 5", "seats: 7"));
    expect(adopted(TEXT, (spec) => ({ ...spec, settings: { color: "blue", loud: true } }))).toBe(
      TEXT.replace("color: red", "color: blue"),
    );
  });

  test("text that would be an expression is escaped", () => {
    expect(adopted(TEXT, (spec) => ({ ...spec, description: "now ${more}" }))).toBe(
      TEXT.replace("description: Ours", () => 'description: "now $${more}"'),
    );
  });

  test("set to nothing stays declared where the schema has a word for it, else it goes, else it is said", () => {
    const without = ({ description: _, ...spec }: Spec): Spec => spec;
    expect(adopted(TEXT, without)).toBe(TEXT.replace("Ours   #", '""   #'));
    expect(adopted(TEXT, without, (spec) => spec.description !== "")).toBe(
      TEXT.replace("  description: Ours   # said\n", ""),
    );
    expect(adopted(TEXT, without, () => false)).toBe(`${TEXT}unsaid: description schema`);
    expect(adopted(TEXT, ({ parent: _, ...spec }) => spec)).toBe(TEXT.replace("parent: shop/team/red", "parent: null"));
  });

  test("that comes from an expression is left, and the rest is said", () => {
    const text = TEXT.replace("Ours ", '"by ${var:who}" ').replace("[ada@x, Grace@x]", '"${var:team}"');
    expect(adopted(text, (spec) => ({ ...spec, description: "by Bob", seats: 6 }))).toBe(
      `${text.replace("seats: 5", "seats: 6")}unsaid: description expression by \${var:who}`,
    );
  });
});

describe("elements", () => {
  const members =
    (...names: readonly string[]) =>
    (spec: Spec) => ({ ...spec, members: names });

  test("come and go one by one, whatever the case of a login; in order where they are in order", () => {
    expect(adopted(TEXT, members("ada@x", "grace@x", "bob@x"))).toBe(TEXT.replace("ada@x, ", "ada@x, bob@x, "));
    expect(adopted(TEXT, members("GRACE@x"))).toBe(TEXT.replace("ada@x, ", ""));
    expect(adopted(TEXT, members())).toBe(TEXT.replace("[ada@x, Grace@x]", "[]"));
  });

  test("are called by address, by lookup where an address would close a circle or there is none, else by id", () => {
    const friends = ["t-blue-000001", "t-green", "t-nobody"].map((id) => ({ id }));
    expect(adopted(TEXT, (spec) => ({ ...spec, friends }))).toBe(
      TEXT.replace(
        "    - shop/team/red   # by address\n",
        () => '    - { id: t-blue-000001 }\n    - { name: "Green $${team}" }\n    - { id: t-nobody }\n',
      ),
    );
    expect(adopted(TEXT, (spec) => ({ ...spec, friends: [], parent: { id: "t-green" } }))).toBe(
      TEXT.replace("friends:\n    - shop/team/red   # by address\n", "friends: []\n").replace(
        "parent: shop/team/red",
        () => 'parent: { name: "Green $${team}" }',
      ),
    );
    const none = TEXT.replace("friends:\n    - shop/team/red   # by address\n", "friends: []\n");
    expect(adopted(none, (spec) => ({ ...spec, friends: [{ id: "t-red-0000001" }] }))).toBe(
      none.replace("friends: []", "friends: [shop/team/red]"),
    );
  });
});

describe("a list whose order counts", () => {
  const steps =
    (...list: readonly Value[]) =>
    (spec: Spec) => ({ ...spec, steps: list });
  const [wait, hello, bye] = [{ wait: { days: 3, note: "" } }, { say: { text: "hello" } }, { say: { text: "bye" } }];

  test("a part of an element changes where it stands; what the vendor adds stays unsaid", () => {
    expect(adopted(TEXT, steps({ wait: { days: 4, note: "" } }, hello, bye))).toBe(TEXT.replace("days: 3", "days: 4"));
    expect(adopted(TEXT, steps(wait, hello, { say: { text: "ciao" } }))).toBe(TEXT.replace("text: bye", "text: ciao"));
  });

  test("an element comes, goes, or takes another form", () => {
    expect(adopted(TEXT, steps(wait, bye))).toBe(TEXT.replace("    - say: { text: hello }\n", ""));
    expect(adopted(TEXT, steps(wait, { wait: { days: 1 } }, hello, bye))).toBe(
      TEXT.replace("# first\n", "# first\n    - wait: {}\n"),
    );
    expect(adopted(TEXT, steps({ say: { text: "first" } }, hello, bye))).toBe(
      TEXT.replace("wait: { days: 3 }", "say: { text: first }"),
    );
  });

  test("a secret in it is never written", () => {
    expect(adopted(TEXT, steps({ hook: { url: "https://x" } }, hello, bye))).toBe(`${TEXT}unsaid: steps[0] secret`);
  });
});

test("whatever set of people is live, the document comes to name exactly them", () => {
  const people = fc.uniqueArray(fc.constantFrom("ada", "bob", "cleo", "dan", "eve", "Fay"), {
    selector: (name) => name.toLowerCase(),
  });
  const styles = {
    block: (list: readonly string[]) =>
      list.length === 0 ? " []" : `\n${list.map((one) => `    - ${one}   # about ${one}`).join("\n")}`,
    flow: (list: readonly string[]) => ` [ ${list.join(", ")} ] # all`,
    lines: (list: readonly string[]) => ` [\n${list.map((one) => `    ${one}, # about ${one}\n`).join("")}    ]`,
  };
  fc.assert(
    fc.property(people, people, fc.constantFrom(...Object.values(styles)), (written, live, style) => {
      const text = `spec:\n  name: x\n  members:${style(written)}\n  seats: 5 # after\n`;
      const after = adopted(text, (spec) => ({ ...spec, members: live.map((one) => one.toUpperCase()) }));
      const said = valueAt(parseYaml(after, "a.yaml")[0]?.value, ["spec", "members"]);
      const names = (list: Value | undefined) => (isList(list) ? list.map((one) => String(one).toLowerCase()) : []);
      expect(names(said).sort()).toEqual(names(live).sort());
      expect(after.endsWith("\n  seats: 5 # after\n")).toBe(true);
      // Who stays is spelled as before, with what is said beside them; nobody else's comment is left.
      for (const one of written) {
        const stays = live.some((other) => other.toLowerCase() === one.toLowerCase());
        if (style !== styles.flow) expect(after.includes(`# about ${one}`)).toBe(stays);
      }
    }),
    { numRuns: 200 },
  );
});
