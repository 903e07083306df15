import type { WriteContext } from "../../engine/kind.ts";

/** For kinds that generate no secret: one that does is a mistake of the test. */
export const noSink: WriteContext["deliver"] = (sink, name) => {
  throw new Error(`${name} was to go to the sink ${sink}, and there is none here`);
};
