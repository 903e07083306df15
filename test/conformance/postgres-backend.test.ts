import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { postgresBackend } from "../../engine/state/postgres.ts";
import { noPostgres, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type BackendStorage, backendConformance, steppingClock } from "./backend.ts";
import { ledgerConformance } from "./ledger.ts";
import { meanwhile, type OnServer } from "./postgres-meanwhile.ts";
import { refusals } from "./postgres-refusals.ts";

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  let server: PostgresServer;
  let schemas = 0;
  let opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    opened = [];
  });
  afterAll(() => server.stop());

  const onServer: OnServer = {
    server: () => server,
    fresh() {
      schemas += 1;
      return `accord_${schemas}`;
    },
    open(schema, more = {}) {
      const mine = { stack: "acme", environment: "prod", clock: steppingClock(), url: server.local, schema };
      const backend = postgresBackend({ ...mine, ...more });
      opened.push(backend);
      return backend;
    },
  };
  const fresh = async (): Promise<BackendStorage> => {
    const schema = onServer.fresh();
    return { holdsMany: true, open: (process) => onServer.open(schema, process) };
  };

  backendConformance("postgres", fresh);
  ledgerConformance("postgres", fresh);
  meanwhile(onServer);
  refusals(onServer);
});
