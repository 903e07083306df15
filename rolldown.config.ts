/** The command, bundled (engine/decisions/0016-the-command-is-bundled.md). */
import { join } from "node:path";
import { type Plugin, type RolldownOptions, rolldown } from "rolldown";
import { moduleOf, precompile } from "./engine/config/precompile.ts";

const ROOT = import.meta.dirname;
const VALIDATORS = "validators";

/** Puts compiled validators in the place of `engine/config/ready.ts`, which has none. */
export const readyValidators: Plugin = {
  name: "ready-validators",
  async load(id) {
    if (!id.endsWith("engine/config/ready.ts")) return null;
    const emit = (name: string, source: string): void => {
      this.emitFile({ type: "asset", fileName: `${VALIDATORS}/${name}`, source });
    };
    const modules: Record<string, string> = {};
    for (const [path, source] of precompile(join(ROOT, "schemas"))) {
      modules[path] = moduleOf(path);
      emit(moduleOf(path), source);
    }
    emit("formats.cjs", await formats());
    return `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      const MODULES = new Map(Object.entries(${JSON.stringify(modules)}));
      export function readyValidator(place) {
        const [path, pointer = ""] = place.split("#");
        const file = MODULES.get(path);
        return file === undefined ? undefined : require(\`./${VALIDATORS}/\${file}\`)[pointer];
      }`;
  },
};

async function formats(): Promise<string> {
  const bundle = await rolldown({ cwd: ROOT, input: "engine/config/formats.ts", platform: "node" });
  const { output } = await bundle.generate({ format: "cjs" });
  await bundle.close();
  return output[0].code;
}

const command: RolldownOptions = {
  input: { accord: "engine/cli/bin.ts" },
  platform: "node",
  external: /^[^./]/,
  plugins: [readyValidators],
  output: { dir: "dist/bin", format: "esm", chunkFileNames: "[name]-[hash].js" },
};

export default command;
