/** Documents made to say something else where they stand: what is not about it stays byte for byte. */
import fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, test } from "vitest";
import { editDocuments, type Refusal } from "../../../engine/adopt/edit/edit-document.ts";
import { parseYaml } from "../../../engine/config/yaml.ts";
import type { Path, Value } from "../../../engine/model.ts";
import { isObject, withValueAt } from "../../../engine/value.ts";

/** The first document with one thing said otherwise; what of it comes and goes is in the snapshot. */
function changed(text: string, path: Path, value: Value | undefined): string {
  const [first] = parseYaml(text, "a.yaml");
  const wish = withValueAt(first?.value, path, value);
  const { text: after, refused } = editDocuments(text, "a.yaml", new Map([[0, wish]]));
  return [after ?? "(no file)", ...refused.map(say)].join("\n");
}

function say(refusal: Refusal): string {
  return `refused: ${refusal.path.join(".")} ${refusal.why === "shared" ? `shared ${refusal.name}` : refusal.why}`;
}

const GROUP = `# Ours.
kind: okta/group
name: prod   # the shell
spec:
  name:  prod
  description: "Production shell"   # quoted

  members:
    # platform
    - ada@acme.example      # lead
    - 'bob@acme.example'
    - eve@acme.example # on loan
  owners: []   # nobody yet
`;

describe("scalars", () => {
  test("keep their quotes, and their neighbours keep everything", () => {
    expect(changed(GROUP, ["spec", "description"], 'Free "for" all')).toBe(
      GROUP.replace('"Production shell"', '"Free \\"for\\" all"'),
    );
    expect(changed(GROUP, ["spec", "name"], "prod: 2")).toBe(GROUP.replace("name:  prod\n", 'name:  "prod: 2"\n'));
    expect(changed("a: 'it' # x\n", ["a"], "it's")).toBe("a: 'it''s' # x\n");
    expect(changed("a: 'it' # x\n", ["a"], "a\tb\u0007")).toBe('a: "a\\tb\\u0007" # x\n');
    expect(changed("a: 'it' # x\n", ["a"], true)).toBe("a: true # x\n");
    expect(changed("a:   yes # x", ["a"], "true")).toBe('a:   "true" # x');
    expect(changed("a: # x\nb: 1\n", ["a"], "new")).toBe("a: new # x\nb: 1\n");
    expect(changed("{ a: x, b: [y] }\n", ["a"], "u, v")).toBe('{ a: "u, v", b: [y] }\n');
    expect(changed("a: two\n  lines # x\nb: 1\n", ["a"], "one")).toBe("a: one # x\nb: 1\n");
  });

  test("become a block where they come to have lines", () => {
    expect(changed("a: x # why\nb: 1\n", ["a"], "one\n\ntwo\n")).toBe("a: | # why\n  one\n\n  two\nb: 1\n");
    expect(changed("- x\n- y", [1], "one\ntwo")).toBe("- x\n- |-\n  one\n  two\n");
    expect(changed('a: "x" # why\n', ["a"], "one\ntwo")).toBe("a: |- # why\n  one\n  two\n");
    expect(changed("{ a: x }\n", ["a"], "one\ntwo")).toBe('{ a: "one\\ntwo" }\n');
  });
});

describe("block text", () => {
  test("stays block text, with its margin and its head", () => {
    expect(changed("a: |   # cel\n    x\n    y\n\n# b\nb: 1\n", ["a"], "x\n\n  z\n")).toBe(
      "a: |   # cel\n    x\n\n      z\n\n# b\nb: 1\n",
    );
    expect(changed("a: |-\n  x\nb: 1\n", ["a"], "y\n")).toBe("a: |\n  y\nb: 1\n");
    expect(changed("a: |\n  x\nb: 1\n", ["a"], "y")).toBe("a: |-\n  y\nb: 1\n");
    expect(changed("a: |\n  x\nb: 1\n", ["a"], "y\n\n\n")).toBe("a: |+\n  y\n\n\nb: 1\n");
    expect(changed("a: |+\n  x\n\nb: 1\n", ["a"], "y\n")).toBe("a: |\n  y\nb: 1\n");
    expect(changed("a: |\n  x", ["a"], "y")).toBe("a: |-\n  y");
    expect(changed("a: |2\n   x\n", ["a"], "  y\n z\n")).toBe("a: |2\n    y\n   z\n");
  });

  test("is folded as it was, a blank line for each break", () => {
    expect(changed("a: >-\n  x\n  y\nb: 1\n", ["a"], "one two\nthree")).toBe("a: >-\n  one two\n\n  three\nb: 1\n");
    const long = Array.from({ length: 30 }, (_, index) => `word${index}`).join(" ");
    expect(changed("a: >-\n  x\n  y\n", ["a"], long).split("\n").length).toBe(5);
  });

  test("gives way where it cannot hold the text", () => {
    expect(changed("a: | # why\n  x\n  y\nb: 1\n", ["a"], " z\ny\n")).toBe('a: " z\\ny\\n" # why\nb: 1\n');
    expect(changed("a: |\n  x\n  y\nb: 1\n", ["a"], "")).toBe('a: ""\nb: 1\n');
    expect(changed("a: |\n  x\n  y\nb: 1\n", ["a"], ["p"])).toBe("a: [p]\nb: 1\n");
    expect(changed("a: |\n  x\n\n\nb: 1\n", ["a"], "y\n\n")).toBe('a: "y\\n\\n"\n\n\nb: 1\n');
  });
});

describe("block lists", () => {
  const members = ["ada@acme.example", "bob@acme.example", "eve@acme.example"];

  test("an element that comes is written like its neighbours", () => {
    expect(changed(GROUP, ["spec", "members"], [...members, "mallory@acme.example"])).toBe(
      GROUP.replace("# on loan\n", "# on loan\n    - mallory@acme.example\n"),
    );
    expect(changed(GROUP, ["spec", "members"], ["a@x", ...members])).toBe(
      GROUP.replace("    - ada", "    - a@x\n    - ada"),
    );
    expect(changed("a:\n- x\n- y # z", ["a"], ["x", "y", "# z"])).toBe('a:\n- x\n- y # z\n- "# z"');
    expect(changed("a:\r\n- x # y\r\nb: 1\r\n", ["a"], ["x", "z"])).toBe("a:\r\n- x # y\r\n- z\r\nb: 1\r\n");
    expect(changed("a:\n  - |\n    x\n\nb: 1\n", ["a"], ["x\n", "z"])).toBe("a:\n  - |\n    x\n  - z\n\nb: 1\n");
  });

  test("an element that goes takes its own comment along, not its neighbour's", () => {
    expect(changed(GROUP, ["spec", "members"], members.slice(1))).toBe(
      GROUP.replace("    - ada@acme.example      # lead\n", ""),
    );
    expect(changed(GROUP, ["spec", "members"], members.slice(0, 2))).toBe(
      GROUP.replace("    - eve@acme.example # on loan\n", ""),
    );
  });

  test("one goes and another comes: nobody inherits a comment", () => {
    expect(changed(GROUP, ["spec", "members"], [...members.slice(0, 2), "mallory@acme.example"])).toBe(
      GROUP.replace("    - eve@acme.example # on loan\n", "    - mallory@acme.example\n"),
    );
    expect(changed("a:\n  - x # y\nb: 1\n", ["a"], ["z"])).toBe("a:\n  - z\nb: 1\n");
  });

  test("the last one leaves an empty list", () => {
    expect(changed(GROUP, ["spec", "members"], [])).toMatchInlineSnapshot(`
      "# Ours.
      kind: okta/group
      name: prod   # the shell
      spec:
        name:  prod
        description: "Production shell"   # quoted

        members: []
          # platform
        owners: []   # nobody yet
      "
    `);
    expect(changed("a:   # why\n- x # y\nb: 1\n", ["a"], [])).toBe("a: []   # why\nb: 1\n");
    expect(changed("a:\n  - - x # y\n  - z\n", ["a", 0], [])).toBe("a:\n  - []\n  - z\n");
  });

  test("lists in lists and parts of elements", () => {
    const text = "a:\n  - - x # 1\n    - y # 2\n  - k: v # 3\n    l: w # 4\n";
    expect(changed(text, ["a", 0], ["y"])).toBe("a:\n  - - y # 2\n  - k: v # 3\n    l: w # 4\n");
    expect(changed(text, ["a", 0], ["x"])).toBe("a:\n  - - x # 1\n  - k: v # 3\n    l: w # 4\n");
    expect(changed(text, ["a", 1], { l: "w" })).toBe("a:\n  - - x # 1\n    - y # 2\n  - l: w # 4\n");
    expect(changed(text, ["a", 1, "k"], "z")).toBe(text.replace("v # 3", "z # 3"));
    expect(changed(text, ["a", 1, "m"], ["p"])).toBe(`${text}    m: [p]\n`);
    expect(changed(text, ["a", 0], ["w", "x", "y"])).toBe(text.replace("- - x", "- - w\n    - x"));
  });
});

describe("lists in brackets", () => {
  test("on one line", () => {
    expect(changed("a: [x, 'y']  # z\n", ["a"], ["x", "y", "u v"])).toBe("a: [x, 'y', u v]  # z\n");
    expect(changed("a: [ x, y ]\n", ["a"], ["y"])).toBe("a: [ y ]\n");
    expect(changed("a: [ x, y ]\n", ["a"], ["x"])).toBe("a: [ x ]\n");
    expect(changed("a: [x, y, z]\n", ["a"], ["x", "z"])).toBe("a: [x, z]\n");
    expect(changed("a: [x, y, z]\n", ["a"], ["x"])).toBe("a: [x]\n");
    expect(changed("a: [x, y, z]\n", ["a"], ["z", "w"])).toBe("a: [z, w]\n");
    expect(changed("a: [x, y]\n", ["a"], ["w", "x", "y"])).toBe("a: [w, x, y]\n");
    expect(changed(GROUP, ["spec", "owners"], ["ada@acme.example"])).toBe(
      GROUP.replace("owners: []", "owners: [ada@acme.example]"),
    );
    expect(changed("a: [x] # y\n", ["a"], [])).toBe("a: [] # y\n");
    expect(changed("a: [{ k: v }, { k: w, l: [1] }]\n", ["a", 1, "l"], [1, 2])).toBe(
      "a: [{ k: v }, { k: w, l: [1, 2] }]\n",
    );
  });

  const MANY = "a: [\n  x, # 1\n  y, # 2\n  z  # 3\n  ]\n";

  test("one to a line", () => {
    expect(changed(MANY, ["a"], ["x", "z"])).toBe("a: [\n  x, # 1\n  z  # 3\n  ]\n");
    expect(changed(MANY, ["a"], ["x", "y"])).toBe("a: [\n  x, # 1\n  y, # 2\n  ]\n");
    expect(changed(MANY, ["a"], ["x", "y", "z", "w"])).toBe("a: [\n  x, # 1\n  y, # 2\n  z,  # 3\n  w\n  ]\n");
    expect(changed(MANY, ["a"], ["x", "w", "y", "z"])).toBe("a: [\n  x, # 1\n  w,\n  y, # 2\n  z  # 3\n  ]\n");
    expect(changed(MANY, ["a"], ["w", "x", "y", "z"])).toBe("a: [\n  w,\n  x, # 1\n  y, # 2\n  z  # 3\n  ]\n");
    expect(changed("a: [x,\n  y, # 2\n  z]\n", ["a"], ["x", "y"])).toBe("a: [x,\n  y, # 2\n  ]\n");
  });
});

describe("members", () => {
  test("go with their lines, the last one leaves braces", () => {
    expect(changed(GROUP, ["spec", "description"], undefined)).toBe(
      GROUP.replace('  description: "Production shell"   # quoted\n', ""),
    );
    expect(changed("a:\n  b: 1 # x\nc: 2\n", ["a", "b"], undefined)).toBe("a: {}\nc: 2\n");
    expect(changed("a: { b: 1, c: 2 } # x\n", ["a", "b"], undefined)).toBe("a: { c: 2 } # x\n");
    expect(changed("a: { b: 1, c: 2 } # x\n", ["a", "c"], undefined)).toBe("a: { b: 1 } # x\n");
    expect(changed("a: {}\n", ["a", "b c"], [1])).toBe("a: { b c: [1] }\n");
  });
});

describe("what others share", () => {
  test("stays, is named, and the rest is edited", () => {
    const text = "a: &team [x, y] # z\nb: *team\nc: 1\n";
    expect(changed(text, ["b"], ["x"])).toBe(`${text}\nrefused: b shared team`);
    expect(changed(text, ["a"], ["x"])).toBe(`${text}\nrefused: a shared team`);
    expect(changed("a: &lonely x\n", ["a"], "y")).toBe("a: &lonely y\n");
    expect(changed("a:\n  - &x p\n  - q\nb: *x\n", ["a"], [])).toContain("refused");
    const list = "a: &x p\nb:\n  - *x\n  - q\n";
    expect(changed(list, ["b"], ["q"])).toBe("a: &x p\nb:\n  - q\n");
    const both = withValueAt(withValueAt(parseYaml(text, "a.yaml")[0]?.value, ["b"], ["x"]), ["c"], 2);
    expect(editDocuments(text, "a.yaml", new Map([[0, both]])).text).toBe(text.replace("c: 1", "c: 2"));
  });

  test("text that cannot be taken apart is said to be unwritable, and its neighbours are written", () => {
    const text = "? a\n: 1\n---\nb: 1\n";
    const { text: after, refused } = editDocuments(text, "a.yaml", new Map([[0, { a: 2 }]]));
    expect([after, refused.map(say)]).toEqual([text, ["refused:  unwritable"]]);
  });
});

describe("documents that go", () => {
  const cut = (text: string, ...gone: readonly number[]) =>
    editDocuments(text, "a.yaml", new Map(gone.map((number) => [number, "gone"]))).text;
  const THREE = "# All groups\n\n# A.\na: 1\n---\n# B.\nb: 1 # x\n\n---\n# C.\nc: 1\n";

  test("take their comment along, and leave the separators right", () => {
    expect(cut(THREE, 1)).toBe("# All groups\n\n# A.\na: 1\n---\n# C.\nc: 1\n");
    expect(cut(THREE, 2)).toBe("# All groups\n\n# A.\na: 1\n---\n# B.\nb: 1 # x\n\n");
    expect(cut(THREE, 0)).toBe("# All groups\n\n# B.\nb: 1 # x\n\n---\n# C.\nc: 1\n");
    expect(cut(THREE, 0, 1)).toBe("# All groups\n\n# C.\nc: 1\n");
    expect(cut(THREE, 1, 2)).toBe("# All groups\n\n# A.\na: 1\n");
    expect(cut(`---\n${THREE}`, 0)).toBe("---\n# B.\nb: 1 # x\n\n---\n# C.\nc: 1\n");
    expect(cut("\uFEFFa: 1\r\n--- # b\r\nb: 1\r\n", 0)).toBe("\uFEFF# b\r\nb: 1\r\n");
  });

  test("and the file with them where nothing is left", () => {
    expect(cut(THREE, 0, 1, 2)).toBeUndefined();
    expect(cut("a: 1\n---\n", 0)).toBeUndefined();
  });
});

describe("laws", () => {
  const word = fc.oneof(
    fc.stringMatching(/^[a-z@. #:,'"-]{0,8}$/),
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.constantFrom("x\ny\n", "a\n\nb", "true", "12", "- x", "&a", "${var:x}", " y", "z "),
  );
  const leaf: fc.Arbitrary<Value> = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null));
  const key = fc.constantFrom("a", "b", "c d", "e");
  const { value: tree } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const document = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
  const style = fc.record({
    flowLevel: fc.constantFrom(-1, -1, 2, 1),
    indent: fc.constantFrom(2, 4),
    seqNoIndent: fc.boolean(),
    lineWidth: fc.constantFrom(80, 20),
  });
  const written = fc.tuple(document, style).map(([value, options]) => dump(value, options));
  /** The text with a comment behind some lines, where one may stand. */
  const source = fc.tuple(fc.array(written, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([parts, crlf]) => {
    const text = parts.join("---\n");
    return crlf ? text.replaceAll("\n", "\r\n") : text;
  });

  test("the edited text says exactly what is wanted, and nothing is unwritable", () => {
    fc.assert(
      fc.property(source, document, (text, wanted) => {
        const before = parseYaml(text, "a.yaml").map(({ value }) => value);
        const { text: after, refused } = editDocuments(text, "a.yaml", new Map([[0, wanted]]));
        expect(refused).toEqual([]);
        expect(parseYaml(after ?? "", "a.yaml").map(({ value }) => value)).toEqual([wanted, ...before.slice(1)]);
      }),
      { numRuns: 200 },
    );
  });

  test("nothing wanted, nothing changed; and only lines that are about it are others", () => {
    fc.assert(
      fc.property(source, leaf, (text, value) => {
        const [first] = parseYaml(text, "a.yaml");
        const is = first?.value ?? null;
        expect(editDocuments(text, "a.yaml", new Map([[0, is]])).text).toBe(text);
        const name = Object.keys(isObject(is) ? is : {})[0] ?? "";
        const { text: after = "" } = editDocuments(text, "a.yaml", new Map([[0, withValueAt(is, [name], value)]]));
        const rest = text.slice(text.indexOf("\n---") + 1);
        if (text.includes("\n---")) expect(after.endsWith(rest)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
