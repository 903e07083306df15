/** What a database, or the way to it, refuses: each a problem that says what next, and never the password. */
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Problem, problemsOf } from "../../engine/problem.ts";
import { ada, codesOf } from "./backend.ts";
import type { OnServer } from "./postgres-meanwhile.ts";

const PASSWORD = "s3cret/of#eve";

export function refusals({ server, fresh, open }: OnServer): void {
  /** The problem with which it refuses to give a lease. */
  async function problemWith(url: string, schema = fresh()): Promise<Problem> {
    const error: unknown = await open(schema, { url })
      .lease(ada)
      .catch((thrown: unknown) => thrown);
    const [problem] = problemsOf(error);
    expect(inspect(error, { depth: 12, showHidden: true })).not.toContain(PASSWORD);
    if (problem?.hint === undefined) throw new Error(`no problem that says what next: ${inspect(error)}`);
    return problem;
  }

  describe("refused", () => {
    it("is a password that is wrong, or missing", async () => {
      await server().run(`CREATE USER eve PASSWORD '${PASSWORD}'`);
      const wrong = server().url({ user: "eve", password: `${PASSWORD}!` });
      expect(await problemWith(wrong)).toMatchObject({
        code: "database-denied",
        message: expect.stringMatching(/password authentication failed for user "eve" \(28P01\)\.$/),
        hint: expect.stringContaining("password in the URL"),
      });
      const none = server().url({ user: "eve", password: "" });
      expect((await problemWith(none)).message).toMatch(/the server wants a password, and there is none/);
    });

    it("is a database that is not there, and one that cannot hold every name", async () => {
      expect(await problemWith(server().url({ database: "nowhere" }))).toMatchObject({
        code: "database-missing",
        message: expect.stringContaining("/nowhere"),
        hint: expect.stringContaining("CREATE DATABASE"),
      });
      await server().run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
      expect(await problemWith(server().url({ database: "latin" }))).toMatchObject({ code: "database-encoding" });
    });

    it("is a user who may not make the schema, until an administrator does as the hint says", async () => {
      const url = server().url({ user: "eve", password: PASSWORD });
      const schema = fresh();
      const problem = await problemWith(url, schema);
      expect(problem).toMatchObject({ code: "database-denied", message: expect.stringContaining("(42501)") });
      const [, statements = ""] = problem.hint?.split("run: ") ?? [];
      await server().run(...statements.split(";").filter((one) => one.trim() !== ""));
      const backend = open(schema, { url });
      expect((await backend.lease(ada)).token).toBe(1);
    });

    it("are the writes of a user who may only read, and none of the reads", async () => {
      const schema = fresh();
      const lease = await open(schema).lease(ada);
      await open(schema).ledger.append(['{"seq":1}'], lease);
      await server().run(
        `GRANT USAGE ON SCHEMA ${schema} TO eve`,
        `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO eve`,
      );
      const reader = open(schema, { url: server().url({ user: "eve", password: PASSWORD }) });
      expect(await reader.state.read()).toBeUndefined();
      expect(await reader.ledger.readAll()).toEqual(['{"seq":1}']);
      expect((await reader.holder())?.owner).toEqual(ada);
      expect(await codesOf(reader.unlock(ada))).toEqual(["database-denied"]);
    });

    it("are tables that a newer version made, by those who only read as well", async () => {
      const schema = fresh();
      await open(schema).lease(ada);
      await server().run(`UPDATE ${schema}.format SET version = 99`);
      expect(await problemWith(server().local, schema)).toMatchObject({
        code: "state-newer",
        message: expect.stringContaining("format 99"),
      });
      await expect(open(schema).state.read()).rejects.toThrowError(/newer Accord/);
    });

    it("is a schema that holds something else, and a body that somebody put there", async () => {
      const schema = fresh();
      await server().run(`CREATE SCHEMA ${schema}`, `CREATE TABLE ${schema}.stacks (id integer)`);
      expect(await problemWith(server().local, schema)).toMatchObject({ code: "database-foreign" });
      const mine = fresh();
      const backend = open(mine);
      await backend.lease(ada);
      await server().run(`INSERT INTO ${mine}.stacks VALUES ('acme', 'prod', 'lineage-1', 1, '{"version":1}')`);
      await expect(backend.state.read()).rejects.toThrowError(/cannot be read: lineage is missing/);
      await server().run(
        `UPDATE ${mine}.stacks SET body = '{` +
          `"version":1,"stack":"acme","environment":"prod","lineage":"lineage-1","serial":7,"tenants":{},"resources":[],` +
          `"ledger":{"head":"0","length":0}}'`,
      );
      await expect(backend.state.read()).rejects.toThrowError(/another lineage or serial than its body/);
    });

    it("is a server that only reads, that is not there, or that takes too long", async () => {
      await server().run("CREATE DATABASE standby", "ALTER DATABASE standby SET default_transaction_read_only = on");
      expect(await problemWith(server().url({ database: "standby" }))).toMatchObject({ code: "database-read-only" });
      const nobody = await problemWith(`postgres://eve:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/accord`);
      expect(nobody).toMatchObject({ code: "database-unreachable", message: expect.stringContaining("ECONNREFUSED") });
      const schema = fresh();
      await open(schema).lease(ada);
      const session = await server().session();
      await session.query("BEGIN");
      await session.query(`LOCK TABLE ${schema}.locks`);
      const options = encodeURIComponent("-c lock_timeout=50ms");
      expect(await problemWith(`${server().url()}?options=${options}`, schema)).toMatchObject({
        code: "database-busy",
      });
      await session.query("ROLLBACK");
    });
  });

  describe("TLS", () => {
    const asks = (mode: string, file?: string): string =>
      `${server().url()}?sslmode=${mode}${file === undefined ? "" : `&sslrootcert=${encodeURIComponent(file)}`}`;
    const token = async (url: string): Promise<number> => (await open(fresh(), { url }).lease(ada)).token;

    it("is used where the server speaks it, and insisted on where the URL says so", async ({ skip }) => {
      expect(await token(server().url())).toBe(1);
      expect(await problemWith(asks("require"))).toMatchObject({ code: "database-tls" });

      const certificate = await server().restartWithTls("DNS:db.example");
      if (certificate === undefined) return skip("no openssl on this machine to make a certificate with");
      // `prefer` and `require` trust anybody, `verify-ca` whom the file vouches for, `verify-full` for this name only.
      for (const url of [server().url(), asks("require"), asks("verify-ca", certificate)]) {
        expect(await token(url)).toBe(1);
      }
      expect(await problemWith(asks("verify-ca"))).toMatchObject({ code: "database-tls" });
      expect(await problemWith(asks("verify-full", certificate))).toMatchObject({
        code: "database-tls",
        message: expect.stringContaining("another name"),
      });
      expect(await problemWith(asks("verify-ca", "/nowhere.pem"))).toMatchObject({
        code: "database-url",
        message: expect.stringContaining("/nowhere.pem"),
      });
    });
  });
}
