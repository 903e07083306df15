/** What is said before any call: C1 would swallow it, or answer with a server error. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import { POLICY_CONDITION } from "../../../providers/c1/cel.ts";
import { celFindings } from "../../../providers/c1/cel-lints.ts";
import { c1 } from "../../../providers/c1/provider.ts";

function check(kind: string, spec: Spec): readonly Finding[] {
  return [...(c1.kinds.get(kind)?.check?.(spec) ?? [])];
}

const codes = (findings: readonly Finding[]): string[] => findings.map((finding) => finding.code);
const rule = (cel: string): string[] => codes(check("membership-automation", { cel, grantAndRevoke: true }));

describe("a membership rule", () => {
  it("passes when it is sound", () => {
    expect(
      rule(
        'subject.department == "SRE" && "team" in subject.profile && subject.profile["team"] == "prod" && subject.status == UserStatus.ENABLED',
      ),
    ).toEqual([]);
    expect(rule('c1.user.v1.HasApp(subject, "2a") && subject.status == USER_STATUS_ENABLED')).toEqual([]);
    expect(rule("has(subject.profile.team) && subject.profile.team == 'x' && subject.directory_status == 1")).toEqual(
      [],
    );
  });

  it("is warned that it also matches disabled people", () => {
    const [finding] = check("membership-automation", { cel: 'subject.department == "SRE"', grantAndRevoke: true });
    expect(finding).toMatchObject({ code: "cel-no-status", severity: "warning", path: ["cel"] });
  });

  it("is refused with a caret below the mistake", () => {
    const [finding] = check("membership-automation", { cel: 'subject.departmnt == "SRE"', grantAndRevoke: true });
    expect(finding).toMatchObject({
      message: "CEL: No such key: departmnt.",
      hint: expect.stringContaining('"department"'),
      excerpt: { line: 'subject.departmnt == "SRE"', from: 8, to: 17 },
    });
  });

  it("knows no variable user, no account, and no has() with a key in quotes", () => {
    const [user] = check("membership-automation", { cel: 'user.email == "x"', grantAndRevoke: true });
    expect(user?.hint).toContain("`subject`");
    expect(rule("account.email == ''")).toEqual(["cel-unknown-variable"]);
    const [has] = check("membership-automation", { cel: 'has(subject.profile["team"])', grantAndRevoke: true });
    expect(has?.hint).toContain('"team" in subject.profile');
  });

  it("is warned of keys that may be missing, values that may be text, and has() on a plain field", () => {
    const enabled = "&& subject.status == UserStatus.ENABLED";
    expect(rule(`subject.profile.team == "x" ${enabled}`)).toEqual(["cel-unguarded"]);
    expect(rule(`"level" in subject.profile && subject.profile.level > 3 ${enabled}`)).toEqual(["cel-untyped"]);
    expect(rule(`has(subject.department) ${enabled}`)).toEqual(["cel-has-field"]);
    expect(rule(`subject.email.substring(0, 3) == "ada" ${enabled}`)).toEqual(["cel-unverified"]);
    const holds = (id: string) => rule(`c1.user.v1.HasEntitlement(subject, "x", "${id}") ${enabled}`);
    expect(holds("member")).toEqual(["cel-no-id"]);
    expect(holds("2aBcDeFgHiJkLmNoPqRsTuVwXyZ")).toEqual([]);
    expect(holds("${c1/entitlement/x.entitlementId}")).toEqual([]);
  });
});

describe("a policy", () => {
  const steps = [{ accept: { message: "" } }];

  it("needs a baseline, since C1 would deny everything in silence", () => {
    const [finding] = check("policy", { displayName: "Empty", type: "grant" });
    expect(finding).toMatchObject({ code: "no-baseline", path: ["steps"] });
    expect(codes(check("policy", { displayName: "Empty", type: "grant", steps: [] }))).toEqual(["no-baseline"]);
  });

  it("takes a plain one without remark", () => {
    expect(check("policy", { displayName: "Auto", type: "grant", steps })).toEqual([]);
  });

  it("checks its rules: their CEL, their branch, their number, what is never reached", () => {
    // biome-ignore lint/suspicious/noThenProperty: the schema's word; a text is never mistaken for a promise.
    const rules = (...whens: readonly string[]): Spec[] => whens.map((when) => ({ when, then: "fast" }));
    const spec: Spec = { displayName: "P", type: "grant", steps, branches: { fast: steps } };
    expect(codes(check("policy", { ...spec, rules: rules("entitlement.risk == 1") }))).toEqual(["cel-no-such-key"]);
    expect(codes(check("policy", { ...spec, rules: rules("true", "task.isGrantPermanent") }))).toEqual([
      "unreachable-rule",
    ]);
    expect(codes(check("policy", { ...spec, branches: {}, rules: rules("true") }))).toEqual(["no-branch"]);
    expect(codes(check("policy", { ...spec, rules: [] }))).toEqual(["unused-branch"]);
    const many = Array.from({ length: 17 }, (_, index) => `task.id == "${index}"`);
    expect(codes(check("policy", { ...spec, rules: rules(...many) }))).toEqual(["too-many-rules"]);
  });

  it("checks approvers and waits in their own environments", () => {
    const by = (cel: string): Spec => ({ approval: { expression: { cel: [cel] } } });
    expect(check("policy", { displayName: "P", type: "grant", steps: [by("appOwners")] })).toEqual([]);
    expect(codes(check("policy", { displayName: "P", type: "grant", steps: [by("account")] }))).toEqual([
      "cel-unknown-variable",
    ]);
    const wait = { wait: { condition: "subject.email" } };
    expect(codes(check("policy", { displayName: "P", type: "grant", steps: [wait] }))).toEqual(["cel-wrong-result"]);
  });

  it("knows where an agent has a say, and what it needs for it", () => {
    const agent = (type: string, body: Spec): string[] =>
      check("policy", { displayName: "P", type, steps: [{ approval: { agent: body } }] }).map(
        ({ code, path = [] }) => `${code} ${path.join(".")}`,
      );
    expect(agent("grant", { mode: "full_control" })).toEqual([]);
    expect(agent("certify", {})).toEqual([]);
    expect(agent("revoke", {})).toEqual(["agent steps.0.approval.agent"]);
    expect(agent("certify", { mode: "full_control" })).toEqual(["agent steps.0.approval.agent.mode"]);
    expect(agent("grant", { mode: "change_policy_only" })).toEqual(["agent steps.0.approval.agent.policies"]);
    expect(agent("grant", { onFailure: "reassign_to_users" })).toEqual(["agent steps.0.approval.agent.reassignTo"]);
  });

  it("compiles the vendor's own examples", () => {
    const examples = [
      'c1.user.v1.GetAppUserStatus(subject, "2a") == "USER_STATUS_ENABLED"',
      "task.origin == TaskOrigin.WEBAPP || task.origin == TASK_ORIGIN_SLACK",
      'cidr(["10.0.0.0/8"]).contains(ip) || ip.isPrivate',
      'c1.app_user.v1.HasSecurityInsightWithSeverity(account, "Okta", "HIGH")',
      'time.format(now(), TimeFormat.DATE) == "2026-11-23" || now().getDayOfWeek() == 1',
      "task.analysis.hasConflictViolations",
      'size(c1.directory.users.v1.DirectReports(subject)) > 0 && subject.job_title.lowerAscii().contains("manager")',
      'subject.manager.ifEmpty("nobody") != "nobody"',
    ];
    for (const text of examples) expect([...celFindings(text, POLICY_CONDITION, [])], text).toEqual([]);
  });
});

describe("other kinds", () => {
  it("want durations in their one spelling", () => {
    const spec = { app: { id: "a" }, resource: { type: "Role", name: "x" }, slug: "y" };
    expect(codes(check("entitlement", { ...spec, duration: "24h" }))).toEqual(["duration-spelling"]);
    expect(check("entitlement", { ...spec, duration: "1d" })).toEqual([]);
  });

  it("refuse visibility that C1 would refuse half-way", () => {
    const visibleTo = [{ id: "a/b" }];
    expect(codes(check("access-profile", { displayName: "P", requests: { visibleTo } }))).toEqual(["visibility"]);
    const open = { enabled: true, visibleToEveryone: true, visibleTo };
    expect(codes(check("access-profile", { displayName: "P", requests: open }))).toEqual(["visibility"]);
  });

  it("know which setting belongs to which integration", () => {
    const spec = (integration: string, config: Spec): Spec => ({ app: { id: "a" }, integration, config });
    expect(check("connector", spec("okta_v2", { domain: "acme.okta.com", syncSecrets: true }))).toEqual([]);
    const [finding] = check("connector", spec("pagerduty", { domain: "x" }));
    expect(finding).toMatchObject({ code: "other-integration", hint: "It has: apiToken." });
    expect(codes(check("connector", spec("baton", { domain: "x" })))).toEqual(["self-hosted-config"]);
    const entra = (config: Spec): unknown =>
      check("connector", spec("microsoft_entra", config)).map(({ code, severity = "error" }) => [code, severity]);
    expect(entra({ auth: "client_secret", clientSecret: "s" })).toEqual([]);
    expect(entra({ auth: "oauth", clientSecret: "s" })).toEqual([["other-way-in", "error"]]);
    expect(entra({ clientSecret: "s" })).toEqual([["other-way-in", "warning"]]);
  });

  it("keep credentials out of the manifests of a connector that somebody hosts", () => {
    const hosted = (image: string, env: Spec): readonly Finding[] =>
      check("connector", { app: { id: "a" }, integration: "baton", hosting: { image, env } });
    expect(hosted("conductorone/baton-okta:0.5", { BATON_DOMAIN: "acme.okta.com", BATON_LOG_LEVEL: "debug" })).toEqual(
      [],
    );
    expect(hosted("conductorone/baton-opsgenie", { HTTPS_PROXY: "http://proxy" })).toEqual([]);
    for (const [image, secret] of [
      ["baton-okta", "BATON_API_TOKEN"],
      ["baton-okta", "BATON_OKTA_PRIVATE_KEY"],
      ["baton-microsoft-entra", "BATON_ENTRA_CLIENT_SECRET"],
      ["baton-zendesk", "BATON_API_TOKEN"],
      ["baton-pagerduty", "BATON_TOKEN"],
      ["baton-opsgenie", "BATON_API_KEY"],
      ["anything", "BATON_CLIENT_SECRET"],
    ] as const) {
      expect(codes(hosted(`conductorone/${image}`, { [secret]: "x" }))).toEqual(["secret-in-env"]);
    }
    expect(codes(hosted("anything", { BATON_PROVISIONING: "true" }))).toEqual(["written-env"]);
    expect(hosted("conductorone/baton-zendesk", { BATON_SUBDOMIAN: "acme" })).toMatchObject([
      { code: "unknown-env", severity: "warning", hint: expect.stringContaining("BATON_SUBDOMAIN") },
    ]);
    expect(hosted("anything", { BATON_WHATEVER: "x" })).toEqual([]);
  });
});
