import { describe, expect, it } from "vitest";
import { isDead, thisProcess } from "../../../engine/state/owner.ts";

/** Where the system tells no boot nobody is ever proven dead. */
const onLinux = process.platform === "linux";

describe("an owner of a lease", () => {
  it("is not dead while it runs", async () => {
    expect(await isDead(await thisProcess("accord apply"))).toBe(false);
  });

  it.runIf(onLinux)("is dead when its pid is gone, or is another process's by now", async () => {
    const me = await thisProcess("accord apply");
    expect(await isDead({ ...me, pid: 2 ** 22 + 1 })).toBe(true);
    expect(await isDead({ ...me, started: "1" })).toBe(true);
  });

  it("is not provably dead on another boot, in another container, or where little is known", async () => {
    const me = { ...(await thisProcess("accord apply")), pid: 2 ** 22 + 1 };
    expect(await isDead({ ...me, boot: "another" })).toBe(false);
    expect(await isDead({ ...me, pidNamespace: "pid:[1]" })).toBe(false);
    const { user, host, pid, command } = me;
    expect(await isDead({ user, host, pid, command })).toBe(false);
  });
});
