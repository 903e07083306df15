import type { Resource } from "../../engine/model.ts";

/** A resource as a stack declares it; what is not said is at its plainest. */
export function declared(said: Pick<Resource, "address" | "kind"> & Partial<Resource>): Resource {
  return {
    instance: said.address.slice(0, said.address.indexOf("/")),
    spec: {},
    protect: false,
    manage: {},
    ignore: [],
    labels: {},
    dependsOn: [],
    source: { file: "main.yaml", line: 1, column: 1 },
    sources: new Map(),
    ...said,
  };
}
