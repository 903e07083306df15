/** ⇄ Who we are among all processes, and whether another one is provably dead. */
import { readFile, readlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import type { Owner } from "./backend.ts";
import { errnoOf } from "./files.ts";

/** This process, for its lease. Where the system has no /proc, only the plain facts. */
export async function thisProcess(command: string): Promise<Owner> {
  const [boot, pidNamespace, found] = await Promise.all([bootId(), namespace(), startOf(process.pid)]);
  const started = found === "gone" ? undefined : found;
  return {
    user: userName(),
    host: hostname(),
    pid: process.pid,
    command,
    ...(boot === undefined ? {} : { boot }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...(started === undefined ? {} : { started }),
  };
}

/** A container's user need not have a name: then the system knows none, and the number has to do. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (errnoOf(error) !== "ERR_SYSTEM_ERROR") throw error;
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
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
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(unknown);
  // With hidepid another user's process has no file there and lives all the same: the kernel is asked as well.
  if (stat === undefined) return isAbsent(pid) ? "gone" : undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "gone" : fields[19];
}

function isAbsent(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === "ESRCH";
  }
}

/** Nothing is proven where the system does not tell. */
function unknown(): undefined {
  return undefined;
}
