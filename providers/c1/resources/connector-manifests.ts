/** Kubernetes manifests of a connector that you host yourself (c1.md §8.4). They name the Secret; they never hold it. */
import type { RenderedFile } from "../../../engine/kind.ts";
import type { Address, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { text } from "../client/wire.ts";
import { batonConnector, CREDENTIAL } from "./baton.ts";

export function* manifests(spec: Spec, address: Address): Iterable<RenderedFile> {
  const hosting = asSpec(spec.hosting ?? {});
  const image = text(hosting.image);
  if (image === "") return;
  const name =
    address
      .split("/")
      .at(-1)
      ?.toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-") ?? "connector";
  const namespace = text(hosting.namespace) || "conductorone";
  const secret = text(hosting.secret) || `${name}-credentials`;
  yield { path: `${name}/namespace.yaml`, content: namespaceOf(namespace) };
  yield { path: `${name}/deployment.yaml`, content: deploymentOf(name, namespace, secret, image, hosting) };
}

function namespaceOf(namespace: string): string {
  return ["apiVersion: v1", "kind: Namespace", "metadata:", `  name: ${quoted(namespace)}`, ""].join("\n");
}

/** One replica is normal; BATON_HOST_ID tells replicas apart where there are several. */
function deploymentOf(name: string, namespace: string, secret: string, image: string, hosting: Spec): string {
  const environment = {
    ...(hosting.provisioning === false ? {} : { BATON_PROVISIONING: "true" }),
    ...asSpec(hosting.env ?? {}),
  };
  return [
    `# The Secret ${secret} holds ${CREDENTIAL.join(" and ")} (from the action rotate-credential) and`,
    `# ${credentialsOf(image)}. It is not written here.`,
    "apiVersion: apps/v1",
    "kind: Deployment",
    "metadata:",
    `  name: ${quoted(name)}`,
    `  namespace: ${quoted(namespace)}`,
    "  labels:",
    `    app: ${quoted(name)}`,
    '    baton: "true"',
    `    baton-app: ${quoted(name)}`,
    "spec:",
    "  replicas: 1",
    "  selector:",
    "    matchLabels:",
    `      app: ${quoted(name)}`,
    "  template:",
    "    metadata:",
    "      labels:",
    `        app: ${quoted(name)}`,
    '        baton: "true"',
    `        baton-app: ${quoted(name)}`,
    "    spec:",
    "      containers:",
    `        - name: ${quoted(name)}`,
    `          image: ${quoted(image.includes(":") ? image : `${image}:latest`)}`,
    "          env:",
    "            - name: BATON_HOST_ID",
    "              valueFrom:",
    "                fieldRef:",
    "                  fieldPath: metadata.name",
    ...Object.entries(environment).flatMap(([key, value]) => [
      `            - name: ${quoted(key)}`,
      `              value: ${quoted(text(value))}`,
    ]),
    "          envFrom:",
    "            - secretRef:",
    `                name: ${quoted(secret)}`,
    "",
  ].join("\n");
}

/** Which credentials of the system behind it the connector reads; the connector's own choice where it takes several. */
function credentialsOf(image: string): string {
  const secrets = batonConnector(image)?.secrets ?? [];
  return secrets.length === 0 ? "the credentials of the system behind the connector" : secrets.join(" or ");
}

/** JSON strings are YAML strings. */
function quoted(value: string): string {
  return JSON.stringify(value);
}
