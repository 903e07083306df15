import { problemsOf } from "../../problem.ts";
import type { Check } from "../../provider.ts";
import { doctorText, type InstanceHealth, isHealthy } from "../../report/doctor.ts";
import { type Command, EXIT } from "../command.ts";
import { openWorkspace } from "../workspace.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "Check hosts, credentials, scopes, roles and limits, a line each",
  description: ["Reads only. Every failed line says what to do next."],
  examples: [["accord doctor", "After setting up a credential, or when a plan is refused"]],
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation);
    const targets = await workspace.connect();
    const kindsOf = (instance: string): string[] => [
      ...new Set(
        workspace.resources.filter((one) => one.instance === instance).map((one) => one.kind.split("/")[1] ?? ""),
      ),
    ];
    const health = await Promise.all(
      [...targets].map(async ([instance, { provider, connection }]): Promise<InstanceHealth> => {
        const checks: Check[] = [];
        try {
          for await (const check of connection.view().doctor(kindsOf(instance))) checks.push(check);
        } catch (error) {
          for (const problem of problemsOf(error)) {
            const hint = problem.hint === undefined ? {} : { hint: problem.hint };
            checks.push({ name: "reach", status: "fail", detail: problem.message, ...hint });
          }
        }
        return { instance, provider: provider.name, checks };
      }),
    );
    // A question that was cut short is no finding.
    invocation.world.signal.throwIfAborted();
    voice.data(voice.json ? JSON.stringify(health) : doctorText(health, { color: voice.color }));
    return isHealthy(health) ? EXIT.ok : EXIT.error;
  },
};
