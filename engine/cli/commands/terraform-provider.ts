import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openSchemas } from "../../config/schemas.ts";
import type { Provider } from "../../provider.ts";
import { createMask } from "../../report/mask.ts";
import { errnoOf } from "../../state/files.ts";
import { type Command, EXIT } from "../command.ts";

export const terraformProvider: Command = {
  name: "terraform-provider",
  summary: "The provider plugin for Terraform and OpenTofu; they start it themselves",
  description: [
    "Every kind as a resource of the provider accord: accord_okta_group, accord_c1_access_profile, … .",
    "Terraform starts it; by hand it does nothing. `npm run package:terraform` makes what Terraform installs.",
    "Under TF_LOG=debug every call of Terraform's, and every request that it makes, is a record in Terraform's log.",
  ],
  examples: [["terraform plan", "With a dev_overrides entry, or a filesystem mirror, that names the provider"]],
  async run({ world, registry, voice, secrets }) {
    const [{ hostPlugin }, { providerService }, { logged, openLog }] = await Promise.all([
      import("../../terraform/server.ts"),
      import("../../terraform/service.ts"),
      import("../../terraform/log.ts"),
    ]);
    const log = openLog({
      env: world.env,
      now: () => world.clock.now(),
      mask: (text) => createMask(secrets)(text),
      write: (line) => world.stderr.write(line),
    });
    const trace = log === undefined ? {} : { trace: (line: string): void => log.write("debug", line) };
    const loaded = new Map<string, Promise<Provider>>();
    const load = (name: string): Promise<Provider> => {
      const known = loaded.get(name) ?? registry.provider(name);
      loaded.set(name, known);
      return known;
    };
    const service = providerService({
      schemas: openSchemas(),
      names: registry.providers,
      load,
      env: world.env,
      readFile: (path) => textBelow(world.cwd, path),
      outside: { fetch: (request) => world.fetch(request), clock: world.clock, signal: world.signal, ...trace },
      remember: (secret) => secrets.add(secret),
    });
    const print = (line: string): void => world.stdout.write(`${line}\n`);
    await hostPlugin({
      env: world.env,
      now: world.clock.now(),
      print,
      service: log === undefined ? service : logged(service, log, world),
    });
    voice.settle();
    return EXIT.ok;
  },
};

async function textBelow(directory: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(resolve(directory, path), "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
