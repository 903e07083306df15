import type { Story } from "../demo-stage.ts";

export const typeScript: Story = {
  about: "the on-call stack as a program",

  async play({ tell, accord }) {
    tell("1. A stack in an empty directory: a program instead of documents");
    await accord(0, "init", "--sandbox", "--example", "typescript", "--quiet");
    await accord(0, "validate");

    tell("2. It is planned and applied as documents are");
    await accord(0, "plan", "--sandbox", "--quiet", "--out", "plan.json");
    await accord(0, "apply", "plan.json", "--sandbox", "--yes", "--quiet");
    await accord(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

    tell("3. What it gives out, for those who build on it");
    await accord(0, "output", "--sandbox");
  },
};
