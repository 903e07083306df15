/** ⇄ The on-call story as a stack directory whose instances are wherever the environment says. */
import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";

const EXAMPLE = new URL("../../../examples/on-call/on-call.yaml", import.meta.url);

const ACCORD = `version: 1
stack: acme-prod
providers:
  okta:
    domain: acme.okta.com
    clientId: "\${env:OKTA_CLIENTID}"
    privateKey: "\${env:OKTA_PRIVATEKEY}"
    baseUrl: "\${env:OKTA_BASEURL}"
  c1:
    clientId: "\${env:C1_CLIENTID}"
    clientSecret: "\${env:C1_CLIENTSECRET}"
    baseUrl: "\${env:C1_BASEURL}"
  pagerduty:
    token: "\${env:PAGERDUTY_TOKEN}"
    baseUrl: "\${env:PAGERDUTY_BASEURL}"
`;

export async function onCallStack(): Promise<string> {
  const directory = await mkdtemp(`${tmpdir()}/accord-crash-stack-`);
  await writeFile(`${directory}/accord.yaml`, ACCORD);
  await copyFile(EXAMPLE, `${directory}/on-call.yaml`);
  return directory;
}
