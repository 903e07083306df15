/** What a backend on a database server keeps besides: while others write, and while the server ends. */
import type pg from "pg";
import { describe, expect, it } from "vitest";
import type { PostgresBackend, postgresBackend } from "../../engine/state/postgres.ts";
import { emptyState, successor } from "../../engine/state/state.ts";
import type { PostgresServer } from "../support/postgres-server.ts";
import { ada, bob, codesOf } from "./backend.ts";

export interface OnServer {
  server(): PostgresServer;
  /** A schema that is not there yet. */
  fresh(): string;
  /** Another process; closed after the test. */
  open(schema: string, more?: Partial<PostgresBackend>): ReturnType<typeof postgresBackend>;
}

const first = successor(emptyState("acme", "prod", "lineage-1"));

export function meanwhile({ server, fresh, open }: OnServer): void {
  /** Every row that is written to a table waits in the middle of its statement, until the answer is called. */
  async function pausing(schema: string, table: string): Promise<() => Promise<unknown>> {
    await server().run(
      `CREATE FUNCTION ${schema}.pause() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$`,
      `CREATE TRIGGER pause BEFORE INSERT ON ${schema}.${table} FOR EACH ROW EXECUTE FUNCTION ${schema}.pause()`,
    );
    const session: pg.Client = await server().session();
    await session.query("SELECT pg_advisory_lock(7)");
    return () => session.query("SELECT pg_advisory_unlock(7)");
  }

  describe("while others write", () => {
    it("of many who make the tables at once, each succeeds", async () => {
      const schema = fresh();
      const stacks = Array.from({ length: 8 }, (_, index) => open(schema, { stack: `stack-${index}` }));
      const leases = await Promise.all(stacks.map((backend) => backend.lease(ada)));
      expect(leases.map(({ token }) => token)).toEqual(stacks.map(() => 1));
    });

    it("of two writes of one serial, one is refused", async () => {
      const schema = fresh();
      const backends = [open(schema), open(schema)];
      const lease = await open(schema).lease(ada);
      for (const [state, serial] of [[first, 0] as const, [successor(first), 1] as const]) {
        const codes = await Promise.all(backends.map((one) => codesOf(one.state.write(state, serial, lease))));
        expect(codes.sort()).toEqual([[], ["state-moved"]]);
      }
    });

    it("a write that finds a takeover on its way waits, and writes nothing", async () => {
      const schema = fresh();
      const backend = open(schema);
      const lease = await backend.lease(ada);
      const taker = await server().session();
      await taker.query("BEGIN");
      await taker.query(`UPDATE ${schema}.locks SET token = token + 1`);
      const writes = [
        backend.state.write(first, 0, lease),
        backend.journal.append(["{}"], lease),
        backend.ledger.replace(["{}"], lease),
      ].map(codesOf);
      await server().waiting(writes.length);
      await taker.query("COMMIT");
      expect(await Promise.all(writes)).toEqual([["lease-lost"], ["lease-lost"], ["lease-lost"]]);
      expect(await backend.state.read()).toBeUndefined();
      expect([...(await backend.journal.readAll()), ...(await backend.ledger.readAll())]).toEqual([]);
    });

    it("a takeover that finds a write on its way waits until all of it is there", async () => {
      const schema = fresh();
      const backend = open(schema);
      const lease = await backend.lease(ada);
      const goOn = await pausing(schema, "stacks");
      const writing = backend.state.write(first, 0, lease);
      await server().waiting(1);
      const taking = open(schema).unlock(bob);
      const both = server().waiting(2);
      expect(await Promise.race([taking.then(() => "taken"), both.then(() => "waits")])).toBe("waits");
      await goOn();
      await writing;
      expect((await taking)?.owner).toEqual(ada);
      expect(await codesOf(backend.state.write(successor(first), 1, lease))).toEqual(["lease-lost"]);
    });
  });

  describe("while the server ends", () => {
    it("what is confirmed is there afterwards, though the server may forget what it confirms", async () => {
      await server().restart({ synchronous_commit: "off", wal_writer_delay: "10s" });
      const backend = open(fresh());
      const lease = await backend.lease(ada);
      await backend.state.write(first, 0, lease);
      await backend.journal.append(['{"n":1}'], lease);
      await server().restart();
      expect((await backend.state.read())?.state).toEqual(first);
      expect(await backend.journal.readAll()).toEqual(['{"n":1}']);
      await lease.heartbeat();
    });

    it("a write without an answer is a problem, and so is all that would follow it; the next process goes on", async () => {
      const schema = fresh();
      const backend = open(schema);
      const lease = await backend.lease(ada);
      await pausing(schema, "lines");
      const append = backend.journal.append(['{"n":1}'], lease);
      const refused = expect(append).rejects.toThrowError(/^Writing the journal in .*: the connection was lost/);
      await server().waiting(1);
      await server().crash();
      await refused;
      expect(await codesOf(append)).toEqual(["database-lost"]);
      expect(await codesOf(backend.state.read())).toEqual(["database-unreachable"]);
      await server().restart();
      await lease.heartbeat();
      expect(await codesOf(backend.journal.append(['{"n":2}'], lease))).toEqual(["database-lost"]);
      const next = open(schema);
      expect(await next.journal.readAll()).toEqual([]);
      await next.journal.append(['{"n":1}'], lease);
      expect(await next.journal.readAll()).toEqual(['{"n":1}']);
    });
  });
}
