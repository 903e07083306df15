/** Tenants that are not there, not ours, or do not let us see: nothing is concluded from what they do not say. */
import { afterEach, describe, expect, test } from "vitest";
import { START, testClock } from "../../support/clock.ts";
import { C1, expectSafe, type Fetch, type Files, type Given, GROUP, openScene, type Scene, STACK } from "./scene.ts";

const OKTA_CLIENT = "0oa1accordsandbox000";
const RULE = `kind: okta/group-rule
name: sre
spec:
  name: sre
  expression: user.department == "SRE"
  groups: [{ name: support }]
`;
const POLICY = `kind: c1/policy
name: p
spec: { displayName: P, type: grant, steps: [{ accept: { message: Fine } }] }
`;
const WITH_C1: Files = { "accord.yaml": STACK + C1, "team.yaml": POLICY };

let scene: Scene | undefined;
afterEach(() => scene?.close());

async function stack(files: Files = {}): Promise<Scene> {
  scene = await openScene({ "accord.yaml": STACK, "team.yaml": GROUP, ...files });
  return scene;
}

async function applied(files?: Files): Promise<Scene> {
  const ready = await stack(files);
  expect(await ready.accord("apply", "--yes")).toMatchObject({ code: 0 });
  return ready;
}

/** The same answer to everything, as a proxy, a parked domain or an outage gives it. */
const always =
  (status: number, body = "", headers: Record<string, string> = {}): ((fetch: Fetch) => Fetch) =>
  () =>
  async () =>
    new Response(body, { status, headers });

describe("a host", () => {
  const at = (domain: string): Files => ({ "accord.yaml": STACK.replace("acme.okta.com", domain) });

  test.each<readonly [what: string, files: Files, given: Given, problem: string]>([
    [
      "of nobody",
      at("nobody.okta.com"),
      {},
      "unreachable accord.yaml:4:3 nobody.okta.com did not answer GET /.well-known/okta-organization: ENOTFOUND: getaddrinfo ENOTFOUND nobody.okta.com. → Check the host name, the network and HTTPS_PROXY; a private CA goes into NODE_EXTRA_CA_CERTS.",
    ],
    [
      "that answers for every name",
      at("nobody.okta.com"),
      { through: always(404, "<html>") },
      "not-found accord.yaml:4:3 Okta refused GET /.well-known/okta-organization: status 404. → There is no Okta organization at this address; check `domain` in accord.yaml.",
    ],
    [
      "that is no Okta",
      {},
      { through: always(200, "<html>Welcome") },
      "okta-unexpected-answer accord.yaml:4:3 Okta's answer for the organization is not an object. → Something between here and Okta may answer in its place; `--verbose` shows the requests.",
    ],
    [
      "with a path",
      at("acme.okta.com/api/v1"),
      {},
      'okta-domain accord.yaml:4:3 "acme.okta.com/api/v1" is not an Okta domain. → Write the organization\'s host name without a path, such as acme.okta.com.',
    ],
    [
      "over http, elsewhere than here",
      { "accord.yaml": STACK.replace("clientId", "baseUrl: 'http://acme.okta.com', clientId") },
      {},
      'bad-base-url accord.yaml:4:3 baseUrl "http://acme.okta.com" is neither https nor a loopback address. → Credentials are only sent over https, or to this machine.',
    ],
    [
      "that sends elsewhere",
      {},
      { through: always(302, "", { location: "https://login.evil.example" }) },
      "okta-refused accord.yaml:4:3 Okta refused GET /.well-known/okta-organization: status 302. → Something between here and Okta sends this call elsewhere; check `domain`, baseUrl and HTTPS_PROXY.",
    ],
    [
      "that is down",
      {},
      { through: always(503) },
      "okta-unavailable accord.yaml:4:3 Okta refused GET /.well-known/okta-organization: status 503. → Okta failed; run the command again.",
    ],
  ])("%s", async (_what, files, given, problem) => {
    const { refusalWith } = await stack(files);
    expect(await refusalWith(given, "plan")).toEqual({ exit: 1, problems: [problem] });
  });

  test.each(["acme-admin.okta.com", "http://acme.okta.com", "https://acme.okta.com/"])(
    "that everybody copies from the browser, %s, means the organization, over https",
    async (domain) => {
      const { accord } = await stack(at(domain));
      expect(await accord("plan")).toMatchObject({ code: 0 });
    },
  );
});

describe("a credential", () => {
  const client = ({ okta }: Scene, change: { readonly scopes: readonly string[] }): void => {
    const known = okta.tenant.clients.get(OKTA_CLIENT);
    if (known === undefined) throw new Error("The sandbox has no client");
    okta.tenant.clients.set(OKTA_CLIENT, { ...known, ...change });
  };

  test.each<readonly [what: string, files: Files, given: Given, problem: string]>([
    [
      "of an unknown client",
      { "accord.yaml": STACK.replace(OKTA_CLIENT, "0oa1nobody") },
      {},
      "okta-invalid-client accord.yaml:4:3 acme.okta.com issued no token: Invalid value for 'client_id' parameter. → Check clientId, the private key or secret, the key's id (kid), the domain (it is the assertion's audience) and this machine's clock.",
    ],
    [
      "that is no key",
      {},
      { env: { OKTA_KEY: "no key at all, and still a secret" } },
      "okta-private-key accord.yaml:4:3 privateKey is neither a private JWK nor a PEM private key. → Paste the whole JSON that Okta showed once when the key was generated, or a PEM together with keyId.",
    ],
    [
      "that ended: an API token",
      {
        "accord.yaml": STACK.replace(
          `clientId: ${OKTA_CLIENT}, privateKey: "\${env:OKTA_KEY}"`,
          'apiToken: "${env:OKTA_TOKEN}"',
        ),
      },
      { env: { OKTA_TOKEN: "00endedendedendedendedendedended" } },
      "okta-credential-refused accord.yaml:4:3 acme.okta.com refuses the credential. → acme.okta.com no longer accepts the credential: an API token ends after 30 days without use and with its owner, a client when it is deactivated.",
    ],
    [
      "on a machine whose clock is ahead",
      {},
      { clock: testClock(START + 7_200_000) },
      "okta-invalid-client accord.yaml:4:3 acme.okta.com issued no token: The client_assertion token expires too far in the future. → This machine's clock is 7200 s ahead of Okta's; set it by NTP.",
    ],
    [
      "on a machine whose clock is behind",
      {},
      { clock: testClock(START - 7_200_000) },
      "okta-invalid-client accord.yaml:4:3 acme.okta.com issued no token: The client_assertion token is expired. → This machine's clock is 7200 s behind Okta's; set it by NTP.",
    ],
    [
      "of C1, cut when it was copied",
      WITH_C1,
      { env: { C1_SECRET: "secret-token:conductorone.com:v1:c3VjaCBhIHNlY3JldA" } },
      "bad-client-secret accord.yaml:5:3 clientSecret does not hold a usable key. → Copy the whole client secret again: four parts joined by colons, shown once when it is created.",
    ],
  ])("%s", async (_what, files, given, problem) => {
    const { refusalWith } = await stack(files);
    expect(await refusalWith(given, "plan")).toEqual({ exit: 1, problems: [problem] });
  });

  test("of C1, revoked", async () => {
    const { c1, clock, refusal } = await stack(WITH_C1);
    c1.revokeCredential(String(c1.settings.clientId));
    clock.pass(120_000);
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "credential-refused accord.yaml:5:3 acme.conductor.one refused the credential: unknown client. → Check that it is not expired or revoked, that it belongs to this tenant, that this address is among its allowed IPs, and that the clock is right.",
      ],
    });
  });

  test("without a scope that reading needs", async () => {
    const ready = await stack();
    client(ready, { scopes: ["okta.groups.read"] });
    expect(await ready.refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "okta-scope-missing accord.yaml:4:3 The scope okta.users.read is not granted to the client. → A super administrator grants it on the app's Okta API Scopes tab.",
      ],
    });
  });

  test("that lost its role, and is answered 200 []", async () => {
    const { okta, refusal } = await applied();
    okta.tenant.roles.delete(`clients/${OKTA_CLIENT}`);
    for (const argv of [["plan"], ["apply", "--yes"], ["drift"]]) {
      expect(await refusal(...argv)).toEqual({
        exit: 1,
        problems: [
          "okta-no-role accord.yaml:4:3 The credential sees no user at all: it has scopes, but no admin role, or a custom role on an empty resource set. → Give the app the roles Group, Organization and Application Administrator on its Admin Roles tab, or a custom role with okta.users.read.",
        ],
      });
    }
  });

  test("of C1 without a role, which is answered with blank fields", async () => {
    const { c1, refusalWith } = await applied(WITH_C1);
    const { clientId, clientSecret } = c1.addPrincipal({ roles: [] });
    expect(await refusalWith({ env: { C1_ID: clientId, C1_SECRET: clientSecret } }, "plan")).toEqual({
      exit: 1,
      problems: [
        "missing-role accord.yaml:5:3 This credential cannot read c1/policy: C1 would answer with blank fields instead of refusing. It has no role. → Give its holder one of: Super Administrator, Read-Only Super Administrator; and check the scope of the credential.",
      ],
    });
  });
});

describe("a blank answer is no fact", () => {
  /** What C1 sends instead of a refusal: every text of the answer is empty. */
  const blank =
    (paths: RegExp, keep: readonly string[] = []): ((fetch: Fetch) => Fetch) =>
    (fetch) =>
    async (request) => {
      const response = await fetch(request);
      if (response.status !== 200 || !paths.test(new URL(request.url).pathname)) return response;
      return Response.json(emptied(await response.json(), keep), { headers: response.headers });
    };
  const emptied = (value: unknown, keep: readonly string[]): unknown => {
    if (typeof value === "string") return "";
    if (Array.isArray(value)) return value.map((item) => emptied(item, keep));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, keep.includes(key) ? item : emptied(item, keep)]),
    );
  };

  test("an owned object without even an id is not gone", async () => {
    const { refusalWith } = await applied(WITH_C1);
    const { exit, problems } = await refusalWith({ through: blank(/\/policies(\/|$)/) }, "plan");
    expect(exit).toBe(1);
    expect(problems.map((line) => line.replace(/[A-Za-z0-9]{27}/, "<id>"))).toEqual([
      "blank-answer team.yaml:1:1 C1 answered with blank fields for policy <id>, as it does where the credential has no right to see it. → Give the credential's holder its role back; `accord doctor` says which. Nothing was concluded from the answer.",
    ]);
  });

  test("an owned object without its name was not renamed to nothing", async () => {
    const { refusalWith } = await applied(WITH_C1);
    const { exit, problems } = await refusalWith({ through: blank(/\/policies(\/|$)/, ["id"]) }, "plan");
    expect(exit).toBe(1);
    expect(problems.map((line) => line.replace(/[A-Za-z0-9]{27}/, "<id>"))).toEqual([
      "blank-answer team.yaml:1:1 c1 answered with blank fields for c1/policy <id>, which says nothing about whether they are there. → The credential seems to have lost a right or a role: `accord doctor` says which. Nothing was concluded from the answer.",
    ]);
  });

  test("a tenant that does not say who it is", async () => {
    const { refusalWith } = await applied(WITH_C1);
    expect(await refusalWith({ through: blank(/\/introspect$/) }, "plan")).toEqual({
      exit: 1,
      problems: [
        "blank-answer c1 did not say which tenant it is. → The credential seems to have lost its rights: `accord doctor` says more.",
      ],
    });
  });
});

describe("people and objects that are not what the document means", () => {
  test("a person who does not exist", async () => {
    const { refusal } = await stack({ "team.yaml": GROUP.replace("ada@", "adda@") });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'unknown-person team.yaml:5:13 spec.members[0]: there is no active person "adda@acme.example" in okta. → Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail.',
      ],
    });
  });

  test("a login that belongs to somebody else now", async () => {
    const { okta, refusal } = await applied();
    const [ada, mallory] = ["ada", "mallory"].map((name) =>
      [...okta.tenant.users.values()].find((user) => user.profile.login === `${name}@acme.example`),
    );
    if (ada === undefined || mallory === undefined) throw new Error("Somebody is missing");
    const named = (login: string) => ({ login, email: login });
    okta.tenant.users.set(ada.id, { ...ada, profile: { ...ada.profile, ...named("ada.l@acme.example") } });
    okta.tenant.users.set(mallory.id, { ...mallory, profile: { ...mallory.profile, ...named("ada@acme.example") } });
    for (const argv of [["plan"], ["apply", "--yes"]]) {
      expect(await refusal(...argv)).toEqual({
        exit: 1,
        problems: [
          `person-moved team.yaml:5:13 spec.members[0]: "ada@acme.example" was ${ada.id} and is now ${mallory.id}: the login belongs to somebody else. → If the new person is meant, take the name out, apply, and add it again; then it is a grant that somebody reviews.`,
        ],
      });
    }
  });

  test("a lookup that matches nothing", async () => {
    const { refusal } = await stack({ "team.yaml": RULE.replace("support", "suport") });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        'lookup-nothing team.yaml:6:12 spec.groups[0]: {"name":"suport"} matches no okta/group in okta. → Did you mean support?',
      ],
    });
  });

  test("a lookup that matches two", async () => {
    const { okta, refusal } = await stack({ "team.yaml": RULE });
    const [support] = [...okta.tenant.groups.values()].filter((group) => group.profile.name === "support");
    if (support === undefined) throw new Error("The sandbox has no support group");
    okta.tenant.groups.set("00gtwin", { ...support, id: "00gtwin" });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `lookup-ambiguous team.yaml:6:12 spec.groups[0]: {"name":"support"} matches 2 objects of okta/group: support (${support.id}) and support (00gtwin). → Say which one: add what tells them apart, or use { id: … }.`,
      ],
    });
  });

  test("an object that is there already", async () => {
    const { byHand, refusal } = await stack();
    const { id } = await byHand("POST", "/api/v1/groups", { profile: { name: "ops", description: "" } });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `exists team.yaml:1:1 okta/group "ops" exists already (${id}) and is not managed by this stack. → Take it over with \`accord import okta/group/ops ${id}\`, or write \`adopt: true\` in the document.`,
      ],
    });
  });

  test.each<readonly [owner: string, annotations: Record<string, string>, said: string]>([
    ["another tool", { managed_by: "terraform" }, "terraform"],
    ["another stack", { managed_by: "accord", iac_workspace: "other" }, "accord / other"],
  ])("an object that %s manages is neither imported nor taken over", async (_owner, annotations, said) => {
    const { c1, refusal } = await stack(WITH_C1);
    const [known] = c1.tenant.policies.rows();
    if (known === undefined) throw new Error("The sandbox has no policy");
    const theirs = { ...known, id: "3AQk5jDz3iJUYc7A3gGW9rbzNRr", displayName: "P", systemBuiltin: false };
    c1.tenant.policies.put({ ...theirs, annotations });
    expect(await refusal("import", "c1/policy/p", theirs.id)).toEqual({
      exit: 1,
      problems: [`foreign-object team.yaml:1:1 ${theirs.id} is managed by ${said}. → Remove it there first.`],
    });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        `foreign-object team.yaml:1:1 c1/policy "P" (${theirs.id}) is managed by ${said}. → Remove it from the other tool first; Accord never takes over an object that carries another owner's mark.`,
      ],
    });
  });

  test("an import of nothing", async () => {
    const { refusal } = await stack();
    expect(await refusal("import", "okta/group/ops", "00g1nothing")).toEqual({
      exit: 1,
      problems: [
        "not-found team.yaml:1:1 There is no okta/group with the id 00g1nothing in okta. → Ids are the vendor's own; the object's page in its console shows it.",
      ],
    });
  });

  test("no secret is traced under --verbose", async () => {
    const { accord, env } = await stack({ "accord.yaml": STACK + C1 });
    const said = await accord("plan", "--verbose");
    expect(said).toMatchObject({ code: 0, stderr: expect.stringMatching(/GET \/api\/v1\/groups\S* 200/) });
    expectSafe(said, env);
    expect(said.stdout + said.stderr).not.toMatch(/Bearer|DPoP|client_assertion|eyJ/);
  });

  test("control characters in a vendor's names are shown, not obeyed", async () => {
    const { okta, accord, env } = await stack({ "team.yaml": RULE });
    const [support] = [...okta.tenant.groups.values()].filter((group) => group.profile.name === "support");
    if (support === undefined) throw new Error("The sandbox has no support group");
    const escapes = "support\u001b[2J\u001b]0;owned\u0007\u202e";
    okta.tenant.groups.set(support.id, { ...support, profile: { ...support.profile, name: escapes } });
    const said = await accord("plan");
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining("support\\u001b[2J") });
    expectSafe(said, env);
  });
});

describe("a credential that dies in the middle of an apply", () => {
  test("ends its own instance; the others go on, and nothing is lost", async () => {
    const groups = Array.from({ length: 12 }, (_, nth) => `kind: okta/group\nname: g${nth}\nspec: { name: g${nth} }\n`);
    const ready = await stack({ ...WITH_C1, "team.yaml": [...groups, POLICY].join("---\n") });
    let made = 0;
    const dying = (fetch: Fetch): Fetch => {
      return async (request) => {
        const { host, pathname } = new URL(request.url);
        if (host === "acme.okta.com" && request.method === "POST" && pathname === "/api/v1/groups") made += 1;
        if (host !== "acme.okta.com" || made <= 3) return fetch(request);
        return Response.json({ errorCode: "E0000011", errorSummary: "Invalid token provided" }, { status: 401 });
      };
    };
    const said = await ready.accordWith({ through: dying })("apply", "--yes", "--json");
    expect(said.code).toBe(4);
    expectSafe(said, ready.env);
    const { counts, results } = JSON.parse(said.stdout) as {
      counts: Record<string, number>;
      results: readonly { address: string; outcome: string; problems?: readonly { hint?: string }[] }[];
    };
    expect(results.find(({ address }) => address === "c1/policy/p")?.outcome).toBe("confirmed");
    expect(counts.skipped).toBeGreaterThanOrEqual(4);
    for (const { outcome, problems } of results) {
      if (outcome === "failed") expect(problems?.[0]?.hint).toContain("no longer accepts the credential");
    }

    // With a credential that lives, the next apply completes it: each group is there once.
    expect(await ready.accord("apply", "--yes")).toMatchObject({ code: 0 });
    expect(await ready.accord("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
    const names = [...ready.okta.tenant.groups.values()].map((group) => String(group.profile.name));
    expect(names.filter((name) => /^g\d+$/.test(name)).sort()).toHaveLength(12);
    expect(await ready.accord("verify")).toMatchObject({ code: 0 });
  });
});
