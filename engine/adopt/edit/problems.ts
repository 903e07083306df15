/** What of drift cannot be written into a document in place: where, and what to do by hand. */
import type { Address, Drift, Live, Path, Source } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { dotted, valueAt } from "../../value.ts";
import { listed } from "../../words.ts";

/** Longest value that is shown; the rest of it is in `accord drift`. */
const LONGEST = 200;

export interface ByHand {
  /** In the spec. */
  readonly path: Path;
  readonly why: "expression" | "secret" | "schema" | "shared";
  readonly by?: string;
}

export function byHand({ path, why, by }: ByHand, drift: Drift, live: Live | undefined, source: Source): Problem {
  const field = dotted(["spec", ...path]);
  const value = valueAt(live?.spec, path);
  const shown = value === undefined ? undefined : JSON.stringify(value);
  const now = shown === undefined || shown.length > LONGEST ? "" : ` It is ${shown} now.`;
  const common = { address: drift.address, source };
  const see = "Write by hand what `accord drift` shows";
  switch (why) {
    case "expression":
      return {
        code: "edit-expression",
        message: `${field} was changed live, and the document has it from ${by ?? "an expression"}.${now}`,
        hint: `${see}: where ${by ?? "it"} comes from, or here in its place.`,
        ...common,
      };
    case "shared":
      return {
        code: "edit-shared",
        message: `${field} was changed live, and the document shares its text by the anchor &${by}.${now}`,
        hint: `${see}: at the anchor, if all that share it changed; else here, in place of *${by}.`,
        ...common,
      };
    case "secret":
      return {
        code: "edit-secret",
        message: `${field} was changed live, and holds a secret, which is never written.`,
        hint: `${see}; say where the secret comes from: \${env:NAME}.`,
        ...common,
      };
    case "schema":
      return {
        code: "edit-schema",
        message: `${field} was changed live to something that no document may say.${now}`,
        hint: "`accord plan` shows what an apply would set it back to.",
        ...common,
      };
  }
}

export function noDocument({ address }: Drift): Problem {
  return {
    code: "edit-undeclared",
    message: `${address} was changed live, and no document declares it any more.`,
    hint: "The next apply ends or forgets it; `accord plan` says which.",
    address,
  };
}

export function notYaml({ address }: Drift, source: Source): Problem {
  return {
    code: "edit-program",
    message: `${address} is declared by ${source.file}, and a program is changed by hand.`,
    hint: "Make it say what `accord drift` shows.",
    ...{ address, source },
  };
}

export function unwritable({ address }: Drift, source: Source): Problem {
  return {
    code: "edit-unwritable",
    message: `The document of ${address} is written in a way that cannot be edited in place.`,
    hint: "Write by hand what `accord drift` shows.",
    ...{ address, source },
  };
}

export function isReplaced({ address }: Drift, source: Source): Problem {
  return {
    code: "edit-replaced",
    message: `${address} is gone, and another object has its name.`,
    hint: "If that one is meant: accord apply binds it. If not: take the document out by hand.",
    ...{ address, source },
  };
}

export function goneKept(reason: Problem, { address }: Drift, source: Source): Problem {
  return { source, ...reason, address };
}

export function isProtected(address: Address): Problem {
  return {
    code: "edit-protected",
    message: `${address} is gone, and protected: its document stays.`,
    hint: "`accord apply` makes it again. To let it go: set `protect: false` in its document and apply that.",
    address,
  };
}

export function isReferred(address: Address, by: readonly string[], source: Source | undefined): Problem {
  return {
    code: "edit-referred",
    message: `${address} is gone, and ${listed(by)} ${by.length === 1 ? "refers" : "refer"} to it: its document stays.`,
    hint: "Take the reference out first, then run it again.",
    address,
    ...(source === undefined ? {} : { source }),
  };
}

export function notProven(address: Address, why: string, source: Source | undefined): Problem {
  return {
    code: "edit-unproven",
    message: `The edited document of ${address} would not say what is live: ${why}.`,
    hint: "Its document was left as it is. Write by hand what `accord drift` shows.",
    address,
    ...(source === undefined ? {} : { source }),
  };
}
