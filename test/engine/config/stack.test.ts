import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../engine/config/limits.ts";
import { STACK, stackOf, wrong } from "./small-world.ts";

const stack = (more: string) => `version: 1\nstack: acme\nproviders: { cafe: {} }\n${more}`;
const wrongStack = (text: string) => wrong(stackOf({ "accord.yaml": text }));

describe("a stack", () => {
  test("has instances, named after their provider or naming it", async () => {
    const { name, providers } = await stackOf({ "accord.yaml": STACK });
    expect(name).toBe("acme");
    expect([...providers.values()].map(({ name, provider, settings }) => ({ name, provider, settings }))).toEqual([
      { name: "shop", provider: "shop", settings: { domain: "acme.example", token: "${env:SHOP_TOKEN}" } },
      { name: "shop-eu", provider: "shop", settings: { domain: "eu.acme.example" } },
      { name: "cafe", provider: "cafe", settings: {} },
    ]);
  });

  test("is the same in every environment but for vars, settings, limits, state and sinks", async () => {
    const files = {
      "accord.yaml": STACK,
      "accord.prod.yaml":
        "providers: { shop: { domain: prod.acme.example } }\nvars: { region: us }\nlimits: { window: 2d }\n",
    };
    const prod = await stackOf(files, "prod");
    expect(prod.providers.get("shop")?.settings).toEqual({ domain: "prod.acme.example", token: "${env:SHOP_TOKEN}" });
    expect([prod.variables.get("region"), prod.variables.get("seats"), prod.limits.window]).toEqual([
      "us",
      5,
      172_800_000,
    ]);
    expect(await wrong(stackOf({ ...files, "accord.prod.yaml": "stack: other" }, "prod"))).toEqual([
      'accord.prod.yaml:1:1 unknown-field accord.prod.yaml cannot set "stack". | An environment\'s file holds vars, providers, limits, state and sinks.',
    ]);
  });

  test("what an environment says wrongly is reported where it says so", async () => {
    const files = { "accord.yaml": STACK, "accord.prod.yaml": "providers:\n  shop: { retries: many }\n" };
    expect(await wrong(stackOf(files, "prod"))).toEqual([
      "accord.prod.yaml:2:11 wrong-type providers.shop.retries must be a whole number, and is text. | Write it without quotes.",
    ]);
  });

  test("--var wins, and keeps the declared type", async () => {
    const variables = async (given: Record<string, string>) =>
      (await stackOf({ "accord.yaml": STACK }, undefined, { variables: given })).variables;
    expect((await variables({ region: "us", seats: "7", extra: "x" })).get("seats")).toBe(7);
    expect((await variables({ owner: "ada" })).get("owner")).toBe("ada");
    expect((await variables({ price: "${5}" })).get("price")).toBe("${5}");
    expect(await wrong(variables({ seats: "many", regoin: "us" }))).toEqual([
      'wrong-type --var seats: the stack declares it as a number, and "many" is none. | Give a number.',
      'unknown-variable --var regoin: the stack has no such variable. | Did you mean "region"?',
    ]);
  });

  test("variables reach settings", async () => {
    const { providers } = await stackOf({
      "accord.yaml":
        'version: 1\nstack: acme\nproviders: { shop: { domain: "${var:region}.example" } }\nvars: { region: eu }\n',
    });
    expect(providers.get("shop")?.settings.domain).toBe("eu.example");
  });

  test("limits and sinks have defaults and forms of their own", async () => {
    expect((await stackOf({ "accord.yaml": stack("") })).limits).toEqual(DEFAULT_LIMITS);
    const { limits, sinks } = await stackOf({
      "accord.yaml": stack(
        "limits:\n  window: 90m\n  removals: { share: 0.1, count: 5 }\n  privilegedGrants: { count: 2 }\n  emptying: { count: 1 }\n  administrators: 2\n  breakGlass: [root@acme.example]\nsinks:\n  vault: { key: { kty: EC, crv: P-256, x: a, y: b }, command: [vault-put, accord] }\n",
      ),
    });
    expect(limits).toEqual({
      ...{ window: 5_400_000, removals: { share: 0.1, floor: 10, count: 5 }, privilegedGrants: { count: 2 } },
      ...{ emptying: { count: 1 }, kinds: {}, administrators: 2, breakGlass: ["root@acme.example"] },
    });
    expect(sinks.get("vault")).toEqual({
      ...{ name: "vault", key: { kty: "EC", crv: "P-256", x: "a", y: "b" }, to: { command: ["vault-put", "accord"] } },
    });
  });

  test("keeps its state in files, or where it and its environment say", async () => {
    expect((await stackOf({ "accord.yaml": stack("") })).state).toEqual({ backend: "file" });
    const files = {
      "accord.yaml": stack('vars: { region: eu }\nstate: { backend: git, branch: "state/${var:region}" }'),
      "accord.prod.yaml": "state: { remote: upstream }",
      "accord.local.yaml": "state: { backend: file }",
    };
    const state = async (environment?: string) => (await stackOf(files, environment)).state;
    expect(await state()).toEqual({ backend: "git", remote: "origin", branch: "state/eu" });
    expect(await state("prod")).toEqual({ backend: "git", remote: "upstream", branch: "state/eu" });
    expect(await state("local")).toEqual({ backend: "file" });
    const url = 'state: { backend: postgres, url: "${env:DATABASE_URL}?application_name=$${x}" }';
    expect((await stackOf({ "accord.yaml": stack(url) })).state).toEqual({
      ...{ backend: "postgres", url: "${env:DATABASE_URL}?application_name=$${x}", schema: "accord" },
    });
  });

  test("settings that something else replaces are neither checked nor filled", async () => {
    const text = 'version: 1\nstack: acme\nproviders: { shop: { token: "${var:none}" } }\n';
    expect((await stackOf({ "accord.yaml": text }, undefined, { settings: false })).providers.has("shop")).toBe(true);
    expect(await wrongStack(text)).toHaveLength(3);
  });
});

describe("bad input", () => {
  test.each([
    [
      "version: 1\nstack: acme\nproviders: { shp: {} }",
      'accord.yaml:3:14 unknown-provider There is no provider shp. | Did you mean "shop"? Providers are cafe, shop. An instance with a name of its own says which: shp: { provider: … }.',
    ],
    [
      "version: 1\nstack: acme\nproviders: { Shop: { provider: shop, domain: a.b } }",
      'accord.yaml:3:14 invalid-name "Shop" cannot name an instance. | Use lower-case letters, digits and dashes, starting with a letter: it is the first part of every address.',
    ],
    [
      "version: 1\nstack: acme\nproviders: { shop: { domain: https://x } }",
      'accord.yaml:3:22 wrong-value providers.shop.domain does not look as it must: "https://x". | The shop\'s host name.',
    ],
    [
      "version: 1\nstack: acme\nproviders: { shop: {} }",
      "accord.yaml:3:14 missing-field providers.shop needs domain. | domain: The shop's host name.",
    ],
    [
      "version: 1\nstack: acme\nproviders: { shop: { domain: a.b, token: t0ps3cret } }",
      "accord.yaml:3:35 literal-secret providers.shop.token is a secret, and secrets do not belong into files. | Write ${env:NAME} or ${file:path}.",
    ],
    [
      "version: 2\nstack: acme\nproviders: { cafe: {} }",
      "accord.yaml:1:1 wrong-value version must be 1, and is 2. | Version of this file's format.",
    ],
    [
      "stack: acme\nproviders: { cafe: {} }",
      "accord.yaml:1:1 missing-field The document needs version. | version: Version of this file's format.",
    ],
    [
      "- a",
      "accord.yaml:1:1 wrong-type The document must be a mapping, and is a list. | A stack: the tenants it manages, its variables, its budgets, and the places that state and generated secrets go to.",
    ],
    [stack("var: {}"), 'accord.yaml:4:1 unknown-field The document has no field "var". | Did you mean "vars"?'],
    [
      stack("limits: { removals: { share: 30 } }"),
      "accord.yaml:4:23 wrong-value limits.removals.share must be at most 1. | Largest share of what there was when the window began, between 0 and 1.",
    ],
    [
      stack("sinks: { s: { key: { kty: EC, d: x }, directory: out } }"),
      "accord.yaml:4:31 wrong-value sinks.s.key.d is not allowed as it stands here. | The file is described in schemas/stack.schema.json.",
    ],
    [
      stack("sinks: { s: { key: { kty: EC } } }"),
      "accord.yaml:4:10 missing-field sinks.s needs directory or command. | Add directory or command.",
    ],
    [
      stack("state: { backend: gti }"),
      'accord.yaml:4:10 wrong-value state.backend must be file, git or postgres, and is gti. | Did you mean "git"?',
    ],
    [stack("state: { branch: state }"), "accord.yaml:4:1 missing-field state needs backend. | Add backend."],
    [
      stack("state: { backend: file, branch: state }"),
      'accord.yaml:4:25 unknown-field state has no field "branch". | It takes backend.',
    ],
    [
      stack('state: { backend: git, remote: "--upload-pack=x" }'),
      'accord.yaml:4:24 wrong-value state.remote does not look as it must: "--upload-pack=x". | A remote of the repository that holds the stack, or a URL without credentials.',
    ],
    [
      stack("state: { backend: git, remot: x }"),
      'accord.yaml:4:24 unknown-field state has no field "remot". | Did you mean "remote"?',
    ],
    [
      stack("state: { backend: postgres, schema: accord }"),
      "accord.yaml:4:1 missing-field state needs url. | Add url.",
    ],
    [
      stack('state: { backend: postgres, url: "postgres://ada:secret@db.example/accord" }'),
      "accord.yaml:4:29 literal-secret state.url is a secret, and secrets do not belong into files. | Write ${env:NAME} or ${file:path}.",
    ],
    [
      stack('state: { backend: postgres, url: "${env:URL}", schema: "public; drop" }'),
      'accord.yaml:4:48 wrong-value state.schema does not look as it must: "public; drop". | The schema that the tables are in, made on first use.',
    ],
    [
      stack('vars: { a: "${var:b}", b: 1 }'),
      "accord.yaml:4:9 missing-variable There is no variable b. | The stack defines none. Add it under vars: in accord.yaml, or give --var b=…",
    ],
    [
      stack('vars: { a: "${env:B}" }'),
      "accord.yaml:4:9 misplaced-secret ${env:B} is allowed in provider settings and secret fields only; vars.a is neither. | Use ${var:name} for what may be seen.",
    ],
  ])("%j", async (text, problem) => {
    expect(await wrongStack(text)).toEqual([problem]);
  });
});
