import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { postgresBackend } from "../../engine/state/postgres.ts";
import { noPostgres, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type BackendStorage, backendConformance } from "./backend.ts";
import { ledgerConformance } from "./ledger.ts";

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  let server: PostgresServer;
  let schemas = 0;
  let open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
    open = [];
  });
  afterAll(() => server.stop());

  async function fresh(): Promise<BackendStorage> {
    schemas += 1;
    const place = { url: server.local, schema: `accord_${schemas}` };
    return {
      holdsMany: true,
      open(process) {
        const backend = postgresBackend({ ...place, stack: "acme", environment: "prod", ...process });
        open.push(backend);
        return backend;
      },
    };
  }

  backendConformance("postgres", fresh);
  ledgerConformance("postgres", fresh);
});
