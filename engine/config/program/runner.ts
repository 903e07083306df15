/**
 * ⇄ What runs in the child process: takes the program from standard input, closes what the operating system may have left
 * open, and evaluates it. The program writes what it synthesises into the one directory that it may write to.
 */
import { readFileSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { closeNetwork } from "./closed-network.ts";

/** Given by the parent; `CDKTF_OUTDIR` is the one variable that the program itself sees. */
const [directory = "", file = "", own = ""] = process.argv.slice(2);
const out = process.env.CDKTF_OUTDIR ?? "";
const traced = new WeakSet<object>();
/** Constructs of constructs included. */
Error.stackTraceLimit = 60;
let tracing = false;

const code = readFileSync(0, "utf8");
writeFileSync(join(out, ".started"), "");
const entry = join(directory, file);
closeNetwork();
hook();
traceLess();
process.on("uncaughtException", (error) => fail(error));

const program = new Module(entry);
Object.assign(program, { filename: entry, paths: createRequire(entry).resolve.paths("x") ?? [] });
compile(program, code);

function compile(module: Module, text: string): void {
  // Documented as internal, and what every loader of CommonJS text calls.
  const run: unknown = Reflect.get(module, "_compile");
  if (typeof run !== "function") throw new Error("This Node has no Module._compile");
  Reflect.apply(run, module, [text, entry]);
}

/** Packages that the program imports and has not installed are those of Accord; constructs say where they were made. */
function hook(): void {
  const load: unknown = Reflect.get(Module, "_load");
  const resolve: unknown = Reflect.get(Module, "_resolveFilename");
  if (typeof load !== "function" || typeof resolve !== "function") throw new Error("This Node has no Module._load");
  const ours = createRequire(own);
  const theirs = createRequire(entry);
  // Both libraries in one app do not know each other's elements: constructs of Accord are of the one that the program takes.
  const successor = /\brequire\("cdktn["/]/.test(code);
  let askingOurs = false;
  Reflect.set(Module, "_resolveFilename", function resolved(this: unknown, name: string, ...rest: unknown[]): unknown {
    if (successor && name === "cdktf" && isOurs(rest[0])) return theirs.resolve("cdktn");
    try {
      return Reflect.apply(resolve, this, [name, ...rest]);
    } catch (error) {
      if (askingOurs || !/^(?:accord-access|cdktf|constructs|@cdktf\/provider-null)(?:\/|$)/.test(name)) throw error;
      askingOurs = true;
      try {
        return ours.resolve(name);
      } finally {
        askingOurs = false;
      }
    }
  });
  Reflect.set(Module, "_load", function loaded(this: unknown, name: string, ...rest: unknown[]): unknown {
    const exports: unknown = Reflect.apply(load, this, [name, ...rest]);
    if (name === "constructs") traceConstructs(exports);
    if (name.endsWith("/terraform-output")) placeOutputs(exports);
    return exports;
  });
}

/** Is it a module of Accord's own that asks? */
function isOurs(asking: unknown): boolean {
  const asked: unknown = typeof asking === "object" && asking !== null ? Reflect.get(asking, "filename") : undefined;
  return typeof asked === "string" && asked.startsWith(join(dirname(own), "dist"));
}

/** Of a class that a package exports, the first time that it is asked for. */
function prototypeOf(exports: unknown, name: string): object | undefined {
  const made: unknown = typeof exports === "object" && exports !== null ? Reflect.get(exports, name) : undefined;
  const prototype: unknown = typeof made === "function" ? made.prototype : undefined;
  if (typeof prototype !== "object" || prototype === null || traced.has(prototype)) return undefined;
  traced.add(prototype);
  return prototype;
}

/** Resources are synthesised with their place; outputs know theirs, and keep it to themselves. */
function placeOutputs(exports: unknown): void {
  const prototype = prototypeOf(exports, "TerraformOutput");
  const synthesise: unknown = prototype === undefined ? undefined : Reflect.get(prototype, "toTerraform");
  if (prototype === undefined || typeof synthesise !== "function") return;
  Reflect.set(prototype, "toTerraform", function placed(this: object) {
    const made: unknown = Reflect.apply(synthesise, this, []);
    const outputs: unknown = typeof made === "object" && made !== null ? Reflect.get(made, "output") : undefined;
    for (const output of typeof outputs === "object" && outputs !== null ? Object.values(outputs) : [])
      Reflect.set(output, "//", Reflect.get(this, "constructNodeMetadata"));
    return made;
  });
}

function traceConstructs(exports: unknown): void {
  const prototype = prototypeOf(exports, "Node");
  if (prototype === undefined) return;
  const add: unknown = Reflect.get(prototype, "addMetadata");
  if (typeof add !== "function") return;
  Reflect.set(prototype, "addMetadata", function added(this: unknown, type: string, data: unknown, options?: object) {
    if (type !== "stacktrace") return Reflect.apply(add, this, [type, data, options]);
    tracing = true;
    try {
      return Reflect.apply(add, this, [type, data, { ...options, stackTrace: true }]);
    } finally {
      tracing = false;
    }
  });
}

/** Tokens take a trace each, which nobody reads and which is a quarter of the time: only constructs and errors get one. */
function traceLess(): void {
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = (target, below) => {
    if (tracing || target instanceof Error) capture(target, below);
  };
}

/** The first error is why; the parent finds its place. */
function fail(error: unknown): never {
  const told =
    error instanceof Error
      ? { name: error.name, message: error.message, stack: error.stack ?? "", code: Reflect.get(error, "code") }
      : { name: "Error", message: String(error), stack: "" };
  writeFileSync(join(out, ".failed"), JSON.stringify(told));
  process.exit(1);
}
