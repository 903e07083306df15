/** ⇄ A log as a file in a commit. No append is ever torn: it is pushed whole, or not at all. */
import { ProblemError } from "../problem.ts";
import type { Lease, Log } from "./backend.ts";
import type { Carried, GitRegister, GitWrite } from "./git-register.ts";
import type { GitView } from "./git-view.ts";

export interface GitLog {
  readonly name: string;
  readonly register: Pick<GitRegister, "write"> & Partial<Pick<GitRegister, "carry">>;
  /** Throws unless the lease is the newest there. */
  fence(lease: Lease, now: GitView): Promise<void>;
  /** What to read from: fresh, unless this process holds the lease. */
  view(): Promise<GitView>;
  /** `along`: lines that go with this write; all that wait, where nothing is written. */
  stored(view: GitView, along?: Carried): Promise<Buffer | undefined>;
  /** `added`: the lines that are new; undefined where the whole of it is. */
  written(content: Buffer, added: readonly string[] | undefined): GitWrite;
}

const NEWLINE = 0x0a;

export function gitLog({ name, register, fence, view, stored, written }: GitLog): Log {
  const { carry } = register;
  /** What was read or written last, and so what the next lines follow. */
  let known: Buffer | undefined;
  let knownTo: number | undefined;

  /** Lines that are chained to a ledger must not follow another one. */
  const refuseChanged = (content: Buffer, lease: Lease): void => {
    if (knownTo !== lease.token || known === undefined || known.equals(content)) return;
    throw new ProblemError({
      code: "state-moved",
      message: `${name} was changed meanwhile, past the lease: by hand, or by another program.`,
      hint: "git log shows who has written there. Bring it back to what Accord wrote, then run the command again.",
    });
  };

  const write = async (lease: Lease, lines: readonly string[], keep: boolean): Promise<void> => {
    let next = Buffer.alloc(0);
    await register.write(async (now, along) => {
      await fence(lease, now);
      const found = (await stored(now, along)) ?? Buffer.alloc(0);
      // Beside the branch nobody writes by hand, and lines that wait come and go.
      if (keep && carry === undefined) refuseChanged(found, lease);
      const before = keep ? ended(found) : [];
      next = Buffer.concat([...before, bytesOf(lines)]);
      return written(next, keep ? lines : undefined);
    });
    known = next;
    knownTo = lease.token;
  };

  return {
    name,
    append: (lines, lease) => write(lease, lines, true),
    ...(carry === undefined ? {} : { appendSoon: (lines, lease) => carry(bytesOf(lines), lease.token) }),
    async readAll() {
      const from = await view();
      known = (await stored(from)) ?? Buffer.alloc(0);
      knownTo = from.run?.token;
      const lines = known.toString("utf8").split("\n");
      return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
    },
    replace: (lines, lease) => write(lease, lines, false),
  };
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

/** An editor may have taken the last line break away. */
function ended(content: Buffer): readonly Buffer[] {
  return content.length === 0 || content.at(-1) === NEWLINE ? [content] : [content, Buffer.from("\n")];
}
