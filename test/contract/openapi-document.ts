/** An OpenAPI document: its references, and which operation a request is. */

export interface Found {
  readonly path: string;
  readonly operation: Readonly<Record<string, unknown>>;
  /** Parameters that all methods of the path share. */
  readonly parameters: unknown;
}

export interface Document {
  readonly root: unknown;
  find(method: string, pathname: string): Found | undefined;
}

export function documentOf(root: unknown): Document {
  if (!isObject(root) || !isObject(root.paths)) throw new Error("This is not an OpenAPI 3 document: it has no paths");
  const paths = Object.entries(root.paths).map(([path, item]) => ({
    path,
    item,
    pattern: patternOf(basePath(serversOf(item) ?? root.servers) + path),
  }));
  // Literal segments win over parameters: fewest parameters first.
  paths.sort((a, b) => a.path.split("{").length - b.path.split("{").length);
  return {
    root,
    find(method, pathname) {
      for (const { path, item, pattern } of paths) {
        if (!isObject(item) || !pattern.test(pathname)) continue;
        const operation = item[method.toLowerCase()];
        if (isObject(operation)) return { path, operation, parameters: item.parameters };
      }
      return undefined;
    },
  };
}

/** Follows `$ref` until something else is found. */
export function resolve(document: Document, value: unknown): Readonly<Record<string, unknown>> {
  let found = value;
  for (let hops = 0; isObject(found) && typeof found.$ref === "string"; hops += 1) {
    if (hops > 20) throw new Error(`The reference ${found.$ref} goes in circles`);
    found = at(document, found.$ref);
  }
  return isObject(found) ? found : {};
}

export function at(document: Document, reference: string): unknown {
  if (!reference.startsWith("#/"))
    throw new Error(`Only references inside the document are followed, not ${reference}`);
  let found: unknown = document.root;
  for (const segment of reference.slice(2).split("/")) {
    const key = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
    found = isObject(found) || Array.isArray(found) ? Reflect.get(found, key) : undefined;
  }
  if (found === undefined) throw new Error(`The document has nothing at ${reference}`);
  return found;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Servers of a path's own, or of one of its operations: a token endpoint lies elsewhere than the API. */
function serversOf(item: unknown): unknown {
  if (!isObject(item)) return undefined;
  return (
    item.servers ??
    Object.values(item)
      .filter(isObject)
      .find((operation) => operation.servers !== undefined)?.servers
  );
}

function basePath(servers: unknown): string {
  const first = itemsOf(servers)[0];
  const url = isObject(first) ? textOf(first.url) : "";
  return url.replace(/^https?:\/\/[^/]+/, "").replace(/\/$/, "");
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]*\}/g, "[^/]+");
  return new RegExp(`^${escaped}$`);
}
