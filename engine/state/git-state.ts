/** ⇄ `state.json` in a commit of the branch. */
import { createHash } from "node:crypto";
import type { Lease, StateStore } from "./backend.ts";
import { decodeBytes, type Expected, encodeState } from "./format.ts";
import { stateMessage } from "./git-message.ts";
import type { GitRegister } from "./git-register.ts";
import { type GitView, STATE } from "./git-view.ts";
import type { State } from "./state.ts";
import { refuseMoved } from "./swap.ts";

export interface GitState {
  readonly expected: Expected;
  readonly register: GitRegister;
  fence(lease: Lease, now: GitView): Promise<void>;
  view(): Promise<GitView>;
}

export function gitState({ expected, register, fence, view }: GitState): StateStore {
  /** What the bytes last seen mean. */
  let decoded: { readonly content: Buffer; readonly state: State } | undefined;
  const decode = (content: Buffer): State => {
    if (decoded?.content !== content) decoded = { content, state: decodeBytes(content, expected) };
    return decoded.state;
  };
  return {
    async read() {
      const content = await register.file(await view(), STATE);
      if (content === undefined) return undefined;
      return { state: decode(content), digest: createHash("sha256").update(content).digest("hex") };
    },
    async write(state, expectedSerial, lease) {
      const content = Buffer.from(encodeState(state));
      await register.write(async (now) => {
        await fence(lease, now);
        const found = await register.file(now, STATE);
        const stored = found && decode(found);
        refuseMoved(stored, state, expectedSerial, expected.where);
        return { branch: { message: stateMessage(stored, state), files: { [STATE]: content } } };
      });
      decoded = { content, state };
    },
  };
}
