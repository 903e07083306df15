import type { Expression } from "./parse.ts";

/** Without recursion: a chain of a thousand ORs is a tree a thousand deep. */
export function* nodesOf(tree: Expression): Iterable<Expression> {
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    open.push(...childrenOf(node).toReversed());
  }
}

function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "name":
      return [];
    case "list":
      return node.items;
    case "criteria":
      return node.entries.map((entry) => entry.value);
    case "member":
    case "projection":
      return [node.of];
    case "index":
      return [node.of, node.index];
    case "call":
      // The name of what is called is no reference.
      return nameOf(node.callee) === undefined ? [node.callee, ...node.args] : node.args;
    case "not":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "choice":
      return [node.test, node.yes, node.no];
  }
}

/** `String.len`, `isMemberOfGroup`, `user.getGroups`. */
export function nameOf(callee: Expression): string | undefined {
  if (callee.kind === "name") return callee.name;
  if (callee.kind === "member" && callee.of.kind === "name") return `${callee.of.name}.${callee.name}`;
  return undefined;
}
