import { compactDecrypt, exportJWK, type GenerateKeyPairResult, generateKeyPair } from "jose";
import type { C1Emulator } from "../../providers/c1/emulator.ts";
import type { EntraEmulator } from "../../providers/entra/emulator.ts";
import type { Emulator } from "../../providers/shared/emulator.ts";
import { type Fields, isFields } from "../../providers/shared/narrow.ts";
import { type Hands, idIn } from "../demo-hands.ts";
import type { Stage, Story } from "../demo-stage.ts";

const JOINER = "hedy@acme.example";
const FIRST_DAY = "SRE first day";
const GROUPS = ["SRE", FIRST_DAY];
const POLICIES = "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies";

export const entraJoiner: Story = {
  about: "a joiner's account, groups and access package in Entra, her first password, and what ConductorOne sees of it",

  async play(stage) {
    const { tell, accord, byHand } = stage;

    tell("1. A stack in an empty directory, on emulated Entra and ConductorOne tenants; the help desk brings its key");
    await accord(0, "init", "--sandbox", "--example", "entra-joiner", "--quiet");
    const keys = await generateKeyPair("ECDH-ES+A256KW", { extractable: true });
    await bring(stage, keys);
    await accord(0, "validate");
    await accord(0, "doctor", "--sandbox", "--quiet");

    tell("2. Who gets what? Save the plan, then do exactly that");
    await accord(0, "plan", "--sandbox", "--quiet", "--out", "plan.json");
    await accord(0, "apply", "plan.json", "--sandbox", "--yes", "--quiet");
    await show(stage);
    await password(stage, keys);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("3. Three hours on: Entra has evaluated the rule, ConductorOne's connector has synced");
    await accord(0, "sandbox", "tick", "--by", "3h");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("4. Trent is in a hurry: by hand, he adds Mallory, and lets requests through without anybody's approval");
    await byHand(hurry);
    await accord(0, "sandbox", "tick", "--by", "15m");
    await accord(2, "drift", "--sandbox", "--quiet");

    tell("5. Apply puts both right");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");
    await accord(0, "sandbox", "tick", "--by", "15m");
    await show(stage);

    tell("6. She leaves: two lines in Git. Her account is disabled, her sessions end, and the rule lets her go");
    await stage.edit("people.yaml", "accountEnabled: true", "accountEnabled: false");
    const members = 'members: ["${entra/user/hedy.userPrincipalName}", linus@acme.example]';
    await stage.edit("groups.yaml", members, "members: [linus@acme.example]");
    await accord(2, "plan", "--sandbox", "--detailed-exitcode");
    await accord(0, "apply", "--sandbox", "--yes", "--quiet");
    await accord(0, "sandbox", "tick", "--by", "3h");
    await show(stage);
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");
  },
};

/** The help desk's public key takes the place of the example's, to which nobody has the other half. */
async function bring(stage: Stage, { publicKey }: GenerateKeyPairResult): Promise<void> {
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const [key = ""] = /key: \{.*\}/.exec(await stage.read("accord.yaml")) ?? [];
  await stage.edit("accord.yaml", key, `key: { kty: ${kty}, crv: ${crv}, x: ${x}, y: ${y} }`);
}

/** The account, who is in the groups, and whom ConductorOne sees there. */
async function show(stage: Stage): Promise<void> {
  const facts = await stage.byHand(async ({ tenants }) => {
    const { tenant } = entraOf(tenants.emulators.get("entra"));
    const logins = new Map(
      [...tenant.users.all()].map(([id, { properties }]) => [id, String(properties.userPrincipalName)]),
    );
    const joiner = [...tenant.users.all()].find(([id]) => logins.get(id) === JOINER)?.[1];
    const state = joiner?.properties.accountEnabled === true ? "enabled" : "disabled";
    const lines = [`${JOINER}: ${state}, reports to ${logins.get(joiner?.managerId ?? "") ?? "nobody"}`];
    for (const [id, { displayName }] of tenant.groups.all()) {
      if (!GROUPS.includes(String(displayName))) continue;
      const members = tenant.links.now(id, "members").map((one) => logins.get(one) ?? one);
      lines.push(`in ${displayName}: ${members.sort().join(", ") || "nobody"}`);
    }
    return [...lines, ...seenByC1(c1Of(tenants.emulators.get("c1")))];
  });
  for (const fact of facts) stage.say(fact);
}

function seenByC1({ tenant }: C1Emulator): readonly string[] {
  const emails = new Map(tenant.appUsers.rows().map(({ id, email }) => [id, email]));
  return tenant.entitlements
    .rows()
    .filter(({ displayName }) => displayName === `${FIRST_DAY} Group Member`)
    .map(({ id }) => {
      const grants = tenant.grants.rows().filter((one) => one.entitlementId === id && one.removedAt === null);
      const holders = grants.map(({ appUserId }) => emails.get(appUserId) ?? appUserId);
      return `ConductorOne sees in ${FIRST_DAY}: ${holders.sort().join(", ") || "nobody"}`;
    });
}

/** What is in the sink opens with the help desk's key alone, and is what Entra will ask for. */
async function password(stage: Stage, { privateKey }: GenerateKeyPairResult): Promise<void> {
  const [name, ...more] = (await stage.list("secrets")).filter((file) => file.endsWith(".jwe"));
  if (name === undefined || more.length > 0)
    throw new Error(`the sink holds ${[name, ...more].join(", ") || "nothing"}`);
  const { plaintext } = await compactDecrypt(await stage.read(`secrets/${name}`), privateKey);
  const opened: unknown = JSON.parse(new TextDecoder().decode(plaintext));
  const wanted = await stage.byHand(async ({ tenants }) => {
    const users = entraOf(tenants.emulators.get("entra")).tenant.users.all();
    return [...users].find(([, { properties }]) => properties.userPrincipalName === JOINER)?.[1].password;
  });
  const isIt = isFields(opened) && Object.values(opened).includes(wanted);
  stage.say(`the help desk opens the sink with its key, and ${isIt ? "has the first password" : "has something else"}`);
}

/** As an administrator would in the admin center. */
async function hurry({ ask }: Hands): Promise<void> {
  const group = idIn(await ask("entra", "GET", `/v1.0/groups?$filter=displayName eq '${FIRST_DAY}'`), "value");
  const mallory = idIn(await ask("entra", "GET", "/v1.0/users/mallory@acme.example"));
  const user = { "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${mallory}` };
  await ask("entra", "POST", `/v1.0/groups/${group}/members/$ref`, user);
  const policy = await ask("entra", "GET", `${POLICIES}?$filter=displayName eq 'By request'&$expand=accessPackage`);
  const open = { isApprovalRequiredForAdd: false, isApprovalRequiredForUpdate: false, stages: [] };
  await ask("entra", "PUT", `${POLICIES}/${idIn(policy, "value")}`, {
    ...firstOf(policy),
    requestApprovalSettings: open,
  });
}

function firstOf(answer: unknown): Fields {
  const rows: unknown = isFields(answer) ? answer.value : undefined;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  if (isFields(row)) return row;
  throw new Error(`there is no row in ${JSON.stringify(answer)}`);
}

/** Who is where is looked up in the tenants' own memory: what their APIs show lags. */
function entraOf(emulator: Emulator | undefined): EntraEmulator {
  const isEntra = (one: Emulator): one is EntraEmulator => "addApp" in one;
  if (emulator !== undefined && isEntra(emulator)) return emulator;
  throw new Error("there is no Entra here");
}

function c1Of(emulator: Emulator | undefined): C1Emulator {
  const isC1 = (one: Emulator): one is C1Emulator => "addPrincipal" in one;
  if (emulator !== undefined && isC1(emulator)) return emulator;
  throw new Error("there is no ConductorOne here");
}
