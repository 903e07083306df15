/** ⇄ Who we are among all processes, and whether another one is provably dead. */
import { readFile, readlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import type { Owner } from "./backend.ts";

/** This process, for its lease. Where the system has no /proc, only the plain facts. */
export async function thisProcess(command: string): Promise<Owner> {
  const [boot, pidNamespace, started] = await Promise.all([bootId(), namespace(), startOf(process.pid)]);
  return {
    user: userInfo().username,
    host: hostname(),
    pid: process.pid,
    command,
    ...(boot === undefined ? {} : { boot }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...(typeof started === "string" ? { started } : {}),
  };
}

/**
 * True only with proof: same boot, same pid namespace, and no process that has its pid and its start time. Host names
 * prove nothing (clones share them), nor does a pid alone.
 */
export async function isDead(owner: Owner): Promise<boolean> {
  if (owner.boot === undefined || owner.pidNamespace === undefined || owner.started === undefined) return false;
  if (owner.boot !== (await bootId()) || owner.pidNamespace !== (await namespace())) return false;
  const started = await startOf(owner.pid);
  return started === "gone" || (started !== undefined && started !== owner.started);
}

async function bootId(): Promise<string | undefined> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then((id) => id.trim(), unknown);
}

async function namespace(): Promise<string | undefined> {
  return readlink("/proc/self/ns/pid").catch(unknown);
}

/** proc(5): state is field 3, starttime field 22; the name in field 2 may hold spaces and brackets. A zombie is dead. */
async function startOf(pid: number): Promise<string | "gone" | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ESRCH" ? "gone" : undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "gone" : fields[19];
}

/** Nothing is proven where the system does not tell. */
function unknown(): undefined {
  return undefined;
}
