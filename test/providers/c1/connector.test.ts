/** Connectors: settings by name, secrets one way, and a write that goes on after its answer. */
import { describe, expect, it } from "vitest";
import type { Live, Spec } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { createOktaEmulator } from "../../../providers/okta/emulator.ts";
import { ACME_TOKENS } from "../../../providers/shared/acme.ts";
import { changes, complaints } from "./contract.ts";
import { context, find, readOne, recorder, resolved, type Stage, stage, watched } from "./tenant.ts";

async function newApp({ connection }: Stage, displayName = "Second Okta"): Promise<string> {
  return (await connection.hands(recorder).create("app", { displayName }, context())).id;
}

function okta(app: string, token: string): Spec {
  return {
    app: { id: app },
    integration: "okta_v2",
    displayName: "Okta (EMEA)",
    config: { domain: "acme.okta.com", apiToken: token, syncCustomRoles: true },
  };
}

async function until(all: Stage, live: Live): Promise<string> {
  for (let minutes = 0; minutes < 30; minutes += 1) {
    const progress = await all.connection.view().progress("connector", live);
    if (progress.state !== "converging") return progress.state === "failed" ? progress.problem.message : progress.state;
    await all.pass(60_000);
  }
  return "never";
}

describe("a connector that C1 runs", () => {
  it("syncs, is named, and never shows its secret", async () => {
    const all = stage();
    const system = createOktaEmulator(all.world);
    all.others.set(system.host, system);
    const spec = okta(await newApp(all), ACME_TOKENS.oktaForC1);
    const made = await all.connection.hands(recorder).create("connector", spec, context());
    expect(await until(all, made)).toBe("done");
    const live = await readOne(all.connection, "connector", spec);
    const { config, ...rest } = spec;
    const { apiToken, ...open } = config as Spec;
    expect(live && changes("connector", { ...rest, config: open }, live)).toEqual([]);
    expect(live && complaints("connector", live.spec)).toEqual([]);
    expect(JSON.stringify(live)).not.toContain(String(apiToken));
    expect(live?.computed).toMatchObject({ status: "done", configUpdatedAt: expect.stringMatching(/^2026/) });
  });

  it("fails with the vendor's words where its credential is refused", async () => {
    const all = stage();
    const system = createOktaEmulator(all.world);
    all.others.set(system.host, system);
    const made = await all.connection.hands(recorder).create("connector", okta(await newApp(all), "wrong"), context());
    expect(await until(all, made)).toMatch(/^The connector cannot sync: /);
  });

  it("that was stopped is reported with C1's reason, and never resumed from here", async () => {
    const all = stage();
    const app = await find(all.connection, "app", { name: "Okta" });
    const spec: Spec = { app: { id: app }, integration: "okta_v2" };
    const live = await readOne(all.connection, "connector", spec);
    const row = all.emulator.tenant.connectors.get(live?.id ?? "");
    if (live === undefined || row === undefined) throw new Error("not there");
    const stopped = {
      syncDisabledAt: "2026-11-22T06:00:00Z",
      syncDisabledReason: "40 of 60 accounts would be removed",
    };
    all.emulator.tenant.connectors.put({ ...row, ...stopped });
    expect(await all.connect(all.emulator.settings).view().review("connector", spec, live)).toMatchObject([
      {
        code: "connector-stopped",
        message: expect.stringMatching(
          /since 2026-11-22T06:00:00Z: 40 of 60 accounts would be removed\. .*provisions nothing/,
        ),
        severity: "warning",
      },
    ]);
  });

  it("waits for a person where the integration signs in with a browser", async () => {
    const all = stage();
    const spec: Spec = { app: { id: await newApp(all) }, integration: "microsoft_entra", config: { auth: "oauth" } };
    const made = await all.connection.hands(recorder).create("connector", spec, context());
    expect(await all.connection.view().progress("connector", made)).toMatchObject({
      state: "awaiting",
      url: expect.stringContaining("https://acme.conductor.one/"),
    });
  });

  it("changes settings without losing those that the document leaves out", async () => {
    const all = stage();
    const app = await newApp(all);
    const made = await all.connection.hands(recorder).create("connector", okta(app, "token"), context());
    const live = await readOne(all.connection, "connector", okta(app, "token"), made.id);
    if (live === undefined) throw new Error("not there");
    const spec: Spec = {
      app: { id: app },
      integration: "okta_v2",
      displayName: "Renamed",
      description: "The second one",
      config: { skipSecondaryEmails: true, apiToken: "token" },
    };
    await all.connection.hands(recorder).update("connector", live, spec, changes("connector", spec, live), context());
    const after = await readOne(all.connection, "connector", spec, made.id);
    expect(after?.spec).toMatchObject({
      displayName: "Renamed",
      description: "The second one",
      config: { domain: "acme.okta.com", syncCustomRoles: true, skipSecondaryEmails: true },
    });
  });

  it("checks further settings against C1's own catalog", async () => {
    const { connection } = stage();
    const spec: Spec = {
      app: { id: await find(connection, "app", { name: "AWS" }) },
      integration: "okta_v2",
      extraConfig: { okta_skip_app_groups: "true", okta_v2_private_key: "x", okta_nonsense: "1" },
    };
    const findings = await connection.view().review("connector", spec, undefined);
    expect(findings.map((finding) => `${finding.code} ${finding.path?.join(".")}`)).toEqual([
      "secret-setting extraConfig.okta_v2_private_key",
      "unknown-setting extraConfig.okta_nonsense",
    ]);
  });

  it("takes no further settings where the catalog lists none to check them by", async () => {
    const { connection } = watched(stage(), ({ url }) =>
      url.endsWith("/connectorcatalog") ? Response.json({ schema: { fields: [] } }) : undefined,
    );
    const app = { id: await find(connection, "app", { name: "AWS" }) };
    const spec: Spec = { app, integration: "slack", extraConfig: { slack_token: "x" }, extraSecrets: {} };
    expect(await connection.view().review("connector", spec, undefined)).toMatchObject([
      { code: "silent-catalog", path: ["extraConfig"] },
    ]);
  });

  it("is found where it is the only one of its app", async () => {
    const { connection } = stage();
    const app = { id: await find(connection, "app", { name: "Okta" }) };
    expect(await find(connection, "connector", { app })).toMatch(/^[a-zA-Z0-9]{27}\/[a-zA-Z0-9]{27}$/);
  });
});

describe("a connector that you host", () => {
  const hosting: Spec = { image: "conductorone/baton-okta", env: { BATON_DOMAIN: "acme.okta.com" } };

  it("is made without settings, and its credential leaves only as a secret", async () => {
    const all = stage();
    const spec: Spec = { app: { id: await newApp(all) }, integration: "baton", displayName: "Our own", hosting };
    const made = await all.connection.hands(recorder).create("connector", spec, context());
    const live = await readOne(all.connection, "connector", spec, made.id);
    expect(live && changes("connector", spec, live)).toEqual([]);
    const rotated = await all.connection.hands(recorder).run("rotate-credential", { connector: made.id });
    expect(rotated.secrets?.clientSecret).toMatch(/.{20,}/);
    expect(JSON.stringify([rotated.summary, rotated.facts])).not.toContain(rotated.secrets?.clientSecret);
  });

  it("renders manifests that name the secret and never hold it", () => {
    const files = [
      ...(c1.kinds
        .get("connector")
        ?.render?.({ integration: "baton", hosting }, { address: "c1/connector/okta-baton", id: undefined }) ?? []),
    ];
    expect(files.map((file) => file.path)).toEqual(["okta-baton/namespace.yaml", "okta-baton/deployment.yaml"]);
    expect(files[1]?.content).toContain('image: "conductorone/baton-okta:latest"');
    expect(files[1]?.content).toContain('name: "okta-baton-credentials"');
    expect(files[1]?.content).toContain("BATON_PROVISIONING");
    expect(files[1]?.content).toContain("BATON_API_TOKEN or BATON_OKTA_PRIVATE_KEY. It is not written here.");
  });
});

describe("actions", () => {
  it("sync a connector and say which", async () => {
    const { connection, emulator } = stage();
    const view = connection.view();
    expect(await view.preview("force-sync", { app: "Okta" })).toEqual([expect.stringMatching(/^Syncs .* now\.$/)]);
    await connection.hands(recorder).run("force-sync", { app: "Okta" });
    expect(emulator.lastRequests.at(-2)).toMatch(/force_sync$|connectors/);
    await expect(view.preview("force-sync", { app: "Nowhere" })).rejects.toThrow('No app called "Nowhere"');
  });

  it("run and resume an automation", async () => {
    const { connection } = stage();
    const hands = connection.hands(recorder);
    const profile = await hands.create("access-profile", { displayName: "SRE" }, context());
    const cel = 'subject.department == "SRE" && subject.status == UserStatus.ENABLED';
    await hands.create("membership-automation", { profile: { id: profile.id }, cel, grantAndRevoke: true }, context());
    expect(await connection.view().preview("resume-automation", { profile: "SRE" })).toHaveLength(2);
    expect((await hands.run("run-automation", { profile: "SRE" })).summary).toEqual(["The automation of SRE runs."]);
  });
});

describe("owners of a connector", () => {
  it("are warned about where they could not mend it", async () => {
    const { connection } = stage();
    await resolved(connection, "ada@acme.example");
    const spec: Spec = {
      app: { id: await find(connection, "app", { name: "Okta" }) },
      integration: "okta_v2",
      owners: ["ada@acme.example"],
    };
    const findings = await connection.view().review("connector", spec, undefined);
    expect(findings).toMatchObject([{ code: "owner-without-role", severity: "warning" }]);
  });
});
