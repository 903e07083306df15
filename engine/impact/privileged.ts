/** Privileged access that a document declares by a label; kinds tell the rest by their edges. */
import type { Edge, Resource } from "../model.ts";

/** `labels: { privileged: "true" }`: whatever the document gives is privileged. */
export function isLabelled({ labels }: Pick<Resource, "labels">): boolean {
  return labels.privileged === "true";
}

/** The edges of a document that is labelled so. */
export function privilegedEdges(edges: readonly Edge[]): readonly Edge[] {
  return edges.map((edge) => (edge.privileged === true ? edge : { ...edge, privileged: true }));
}

export function hasPrivilege(edge: Pick<Edge, "privileged" | "administers">): boolean {
  return edge.privileged === true || edge.administers === true;
}
