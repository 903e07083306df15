/** The shape of an expression, for lints that types cannot express. */
import type { ASTNode } from "@marcbachmann/cel-js";
import type { CelEnvironment } from "./environment.ts";
import { libraryOf } from "./library.ts";

interface NodeBase {
  readonly start: number;
  readonly end: number;
}

export type CelNode = NodeBase &
  (
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "literal"; readonly value: unknown }
    /** `target.name` */
    | { readonly kind: "select"; readonly name: string; readonly target: CelNode }
    /** `target[key]` */
    | { readonly kind: "index"; readonly target: CelNode; readonly key: CelNode }
    /** `name(args)`, or `target.name(args)` */
    | { readonly kind: "call"; readonly name: string; readonly target?: CelNode; readonly args: readonly CelNode[] }
    | { readonly kind: "operator"; readonly name: string; readonly args: readonly CelNode[] }
  );

/** The tree, or undefined where the text is no expression. */
export function celTree(text: string, environment: CelEnvironment): CelNode | undefined {
  try {
    return nodeOf(libraryOf(environment).environment.parse(text).ast);
  } catch {
    // What is wrong with it, `checkCel` says.
    return undefined;
  }
}

export function* walkCel(node: CelNode): Iterable<CelNode> {
  yield node;
  for (const child of childrenOf(node)) yield* walkCel(child);
}

export function childrenOf(node: CelNode): readonly CelNode[] {
  switch (node.kind) {
    case "name":
    case "literal":
      return [];
    case "select":
      return [node.target];
    case "index":
      return [node.target, node.key];
    case "call":
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case "operator":
      return node.args;
  }
}

export function nodeOf(ast: ASTNode): CelNode {
  const { start, end } = ast;
  switch (ast.op) {
    case "id":
      return { kind: "name", name: ast.args, start, end };
    case "value":
      return { kind: "literal", value: ast.args, start, end };
    case ".":
    case ".?":
      return { kind: "select", name: ast.args[1], target: nodeOf(ast.args[0]), start, end };
    case "[]":
    case "[?]":
      return { kind: "index", target: nodeOf(ast.args[0]), key: nodeOf(ast.args[1]), start, end };
    case "call":
      return { kind: "call", name: ast.args[0], args: ast.args[1].map(nodeOf), start, end };
    case "rcall":
      return {
        kind: "call",
        name: ast.args[0],
        target: nodeOf(ast.args[1]),
        args: ast.args[2].map(nodeOf),
        start,
        end,
      };
    case "list":
      return { kind: "operator", name: "list", args: ast.args.map(nodeOf), start, end };
    case "map":
      return { kind: "operator", name: "map", args: ast.args.flat().map(nodeOf), start, end };
    case "!_":
    case "-_":
      return { kind: "operator", name: ast.op, args: [nodeOf(ast.args)], start, end };
    default:
      return { kind: "operator", name: ast.op, args: ast.args.map(nodeOf), start, end };
  }
}
