/** Traps of the emulated directory that no conformance test walks into, because the provider avoids them. */
import { describe, expect, test } from "vitest";
import { createEntraEmulator } from "../../../providers/entra/emulator.ts";
import { connected } from "./connected.ts";

const group = (name: string) => ({ displayName: name, mailNickname: name, mailEnabled: false, securityEnabled: true });
const reference = (id: string) => ({ "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });
const idOf = (body: unknown): string => String((body as { id: unknown }).id);

describe("lag", () => {
  test("a new object is 404 to reads and to references, and a changed one shows its past", async () => {
    const tenant = connected({ lag: 30_000 });
    const id = idOf(await tenant.byHand("POST", "/groups", group("new")));
    await expect(tenant.byHand("GET", `/groups/${id}`)).rejects.toThrow("404");
    await expect(
      tenant.byHand("POST", `/groups/${tenant.groupId("Sales")}/members/$ref`, reference(id)),
    ).rejects.toThrow("404");
    expect(tenant.emulator.lastRequests.at(-1)?.lagged).toContain(id);
    await tenant.byHand("PATCH", `/groups/${tenant.groupId("Sales")}`, { description: "new" });
    expect(await tenant.byHand("GET", `/groups/${tenant.groupId("Sales")}`)).toMatchObject({ description: null });
    tenant.clock.pass(30_000);
    await expect(tenant.byHand("GET", `/groups/${id}`)).resolves.toMatchObject({ id });
    expect(await tenant.byHand("GET", `/groups/${tenant.groupId("Sales")}`)).toMatchObject({ description: "new" });
  });

  test("lasts between commands, as everything else does", async () => {
    const tenant = connected({ lag: 30_000 });
    const id = idOf(await tenant.byHand("POST", "/groups", group("new")));
    const saved: unknown = JSON.parse(JSON.stringify(tenant.emulator.save()));
    const world = {
      now: () => tenant.clock.now(),
      wall: () => tenant.clock.now(),
      fetch: () => Promise.reject(new Error("nobody")),
    };
    const again = createEntraEmulator(world, saved);
    const read = () =>
      again.fetch(
        new Request(`https://graph.microsoft.com/v1.0/groups/${id}`, {
          headers: { authorization: again.asActor("trent") },
        }),
      );
    expect((await read()).status).toBe(404);
    tenant.clock.pass(30_000);
    expect((await read()).status).toBe(200);
    expect(() => createEntraEmulator(world, { ...(saved as object), version: 0 })).toThrow(
      /not one that this version wrote/,
    );
  });
});

describe("membership", () => {
  test("twenty at most, all or none, and nobody twice", async () => {
    const tenant = connected({ lag: 0 });
    const sales = tenant.groupId("Sales");
    const bind = (ids: readonly string[]) =>
      tenant.byHand("PATCH", `/groups/${sales}`, { "members@odata.bind": ids.map((id) => reference(id)["@odata.id"]) });
    const ada = tenant.personId("ada");
    await expect(bind([ada, tenant.personId("mallory")])).rejects.toThrow("already exist");
    expect(tenant.emulator.tenant.links.has(sales, "members", ada)).toBe(false);
    await expect(bind([ada, ada])).rejects.toThrow("only be present once");
    await expect(bind(Array.from({ length: 21 }, () => ada))).rejects.toThrow("limit of 20");
  });

  test("people only in Microsoft 365 groups, nobody by hand in dynamic ones, nothing in those of Exchange or AD", async () => {
    const tenant = connected({ lag: 0 });
    const add = (name: string, id: string) =>
      tenant.byHand("POST", `/groups/${tenant.groupId(name)}/members/$ref`, reference(id));
    await expect(add("All company", tenant.groupId("Sales"))).rejects.toThrow("not allowed");
    await expect(add("SRE (dynamic)", tenant.personId("alan"))).rejects.toThrow("400");
    await expect(add("Announcements", tenant.personId("alan"))).rejects.toThrow("mail-enabled");
    await expect(add("Domain Users", tenant.personId("alan"))).rejects.toThrow("on-premises mastered");
  });

  test("a reference into another cloud is no reference", async () => {
    const tenant = connected({ lag: 0 });
    const elsewhere = { "@odata.id": `https://graph.microsoft.us/v1.0/directoryObjects/${tenant.personId("ada")}` };
    await expect(tenant.byHand("POST", `/groups/${tenant.groupId("Sales")}/members/$ref`, elsewhere)).rejects.toThrow(
      "Invalid URL",
    );
  });
});

test("the Outlook properties need a person, a role-assignable group its permission, an empty text is refused", async () => {
  const tenant = connected({ lag: 0 });
  const sales = tenant.groupId("Sales");
  await expect(tenant.byHand("PATCH", `/groups/${sales}`, { allowExternalSenders: true })).rejects.toThrow("403");
  await expect(tenant.byHand("PATCH", `/groups/${sales}`, { description: "" })).rejects.toThrow("Invalid value");
  await expect(tenant.byHand("PATCH", `/groups/${sales}`, { isAssignableToRole: true })).rejects.toThrow("read-only");
  await tenant.byHand("PATCH", `/groups/${sales}`, { uniqueName: "once" });
  await expect(tenant.byHand("PATCH", `/groups/${sales}`, { uniqueName: "twice" })).rejects.toThrow("read-only");
});
