import { describe, expect, test } from "vitest";
import { missingSecrets, resolveSecrets, resolveSettings, secretsOf } from "../../../engine/config/secrets.ts";
import { STACK, stackOf, validated, wrong } from "./small-world.ts";

const DOCUMENT = 'kind: shop/team\nname: crew\nspec: { name: A, password: "x-${env:PASSWORD}-${file:keys/pin.txt}" }\n';
const files: Readonly<Record<string, string>> = { "keys/pin.txt": "1234\n" };
const from = (env: Record<string, string>) => ({ env, readFile: async (path: string) => files[path] });

describe("secrets of specs", () => {
  test("are found, and resolved for the step that sends them", async () => {
    const { resources } = await validated(DOCUMENT);
    const spec = resources[0]?.spec ?? {};
    expect([...secretsOf(spec)]).toEqual([[["password"], { $secret: "x-${env:PASSWORD}-${file:keys/pin.txt}" }]]);
    expect(await resolveSecrets(spec, from({ PASSWORD: "hunter2" }), "shop/team/crew")).toEqual({
      ...{ name: "A", password: "x-hunter2-1234" },
    });
  });

  test("that are missing are named with file and line before any call", async () => {
    const { resources } = await validated(DOCUMENT);
    expect(await missingSecrets(resources, from({ PASSWORD: "hunter2" }))).toEqual([]);
    expect(await missingSecrets(resources, from({}))).toEqual([
      {
        code: "missing-environment",
        message: "spec.password needs the environment variable PASSWORD, which is not set.",
        hint: "Set PASSWORD and run again.",
        address: "shop/team/crew",
        source: { file: "a.yaml", line: 3, column: 18 },
      },
    ]);
  });
});

describe("settings", () => {
  const settings = async (text: string, env: Record<string, string>) => {
    const stack = await stackOf({ "accord.yaml": text });
    const shop = stack.providers.get("shop");
    return resolveSettings(shop?.settings ?? {}, from(env), { path: shop?.path ?? [], sources: stack.sources });
  };

  test("get their values when a connection needs them", async () => {
    expect(await settings(STACK, { SHOP_TOKEN: "t" })).toEqual({ domain: "acme.example", token: "t" });
  });

  test("an empty variable counts as missing", async () => {
    expect(await wrong(settings(STACK, { SHOP_TOKEN: "" }))).toEqual([
      "accord.yaml:4:33 missing-environment providers.shop.token needs the environment variable SHOP_TOKEN, which is empty. | Set SHOP_TOKEN and run again.",
    ]);
  });

  test("a missing file is named", async () => {
    const text = 'version: 1\nstack: a\nproviders: { shop: { domain: a.b, token: "${file:none.pem}" } }';
    expect(await wrong(settings(text, {}))).toEqual([
      "accord.yaml:3:35 missing-file providers.shop.token needs the file none.pem, which is not in the stack directory. | Put it there, or use ${env:NAME}.",
    ]);
  });

  test("names of the environment do not reach the prototype", async () => {
    const text = 'version: 1\nstack: a\nproviders: { shop: { domain: a.b, token: "${env:constructor}" } }';
    expect(await wrong(settings(text, {}))).toHaveLength(1);
  });
});
