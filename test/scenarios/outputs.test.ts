import { expect, test } from "vitest";
import { ACCORD_YAML, programOf, stackOf } from "../support/programs.ts";
import { accordIn } from "../support/run.ts";

const GROUP = "kind: okta/group\nname: a\nspec: { name: Alpha, members: [] }\n";

test("outputs of accord.yaml are known after an apply", async () => {
  const outputs = `vars: { team: SRE }
outputs:
  id: { value: "\${okta/group/a.id}", description: Okta's id }
  text: { value: "\${okta/group/a.name} of \${var:team}" }
  list: { value: ["\${okta/group/a.name}", 2] }
  hidden: { value: "\${okta/group/a.name}", sensitive: true }
`;
  const accord = accordIn(await stackOf({ "accord.yaml": `${ACCORD_YAML}${outputs}`, "a.yaml": GROUP }));
  expect((await accord("output")).stdout).toBe(
    "id = (known after apply)\ntext = (known after apply)\nlist = (known after apply)\nhidden = (known after apply)\n",
  );
  expect(await accord("output", "id")).toMatchObject({ code: 1, stderr: expect.stringContaining("not known yet") });
  await accord("apply", "--sandbox", "--yes");
  expect((await accord("output")).stdout).toMatch(
    /^id = 00g\w+\ntext = Alpha of SRE\nlist = \[\n {2}"Alpha",\n {2}2\n\]\nhidden = \(sensitive\)\n$/,
  );
  expect((await accord("output", "hidden")).stdout).toBe("Alpha\n");
  expect(JSON.parse((await accord("output", "--json")).stdout)).toMatchObject({
    text: { value: "Alpha of SRE", sensitive: false },
    hidden: { value: "Alpha", sensitive: true },
  });
  expect((await accord("output", "txt")).stderr).toContain('Did you mean "text"?');
});

test("outputs of a program are among them, and each has one name and names what there is", async () => {
  const wrong = `outputs:\n  twice: { value: x }\n  nothing: { value: "\${okta/group/b.id}" }\n  field: { value: "\${okta/group/a.nme}" }\n`;
  const accord = accordIn(
    await stackOf({
      "accord.yaml": `${ACCORD_YAML}${wrong}`,
      "a.yaml": GROUP,
      "stack.ts": programOf(`new TerraformOutput(this, "twice", { value: "\${okta/group/a.id}" });`),
    }),
  );
  const { stderr } = await accord("validate");
  expect(stderr).toMatch(
    /The output nothing names okta\/group\/b, which this stack does not declare\.\n {4}accord\.yaml:6:3/,
  );
  expect(stderr).toMatch(
    /The output field names okta\/group\/a\.nme, and there is no such field\.[\s\S]*Did you mean "name"\?/,
  );
  expect(stderr).toMatch(
    /The output twice is declared twice: the first time in accord\.yaml:5\.\n {4}stack\.ts:12:5\n/,
  );
});
