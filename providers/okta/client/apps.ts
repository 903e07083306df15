import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { path } from "../../shared/http.ts";
import { createMemo, once } from "../../shared/memo.ts";
import { optionalNumber, optionalText } from "../../shared/narrow.ts";
import { attributesOf, fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface App {
  readonly id: string;
  readonly label: string;
  readonly status: string;
  /** Key in Okta's catalogue. */
  readonly name: string | undefined;
  readonly created: string | undefined;
}

export interface AppGroup {
  readonly appId: string;
  readonly groupId: string;
  readonly priority: number | undefined;
  readonly profile: Readonly<Record<string, Value>>;
}

export interface AppReads {
  apps(): Promise<readonly App[]>;
  app(id: string): Promise<App | undefined>;
  appGroups(appId: string): Promise<readonly AppGroup[]>;
  appGroup(appId: string, groupId: string): Promise<AppGroup | undefined>;
}

export interface AppWrites {
  moveApp(id: string, move: "activate" | "deactivate"): Promise<void>;
  /** Creates and replaces. */
  putAppGroup(assignment: AppGroup): Promise<AppGroup>;
  removeAppGroup(appId: string, groupId: string): Promise<void>;
}

export function appReads(transport: Transport): AppReads {
  const appGroups = createMemo<readonly AppGroup[]>();
  return {
    apps: once(async () => {
      const rows: App[] = [];
      for await (const page of transport.pages("/api/v1/apps?limit=200")) {
        rows.push(...listOf(page.body, "the apps", appOf));
      }
      return rows;
    }),
    async app(id) {
      const answer = await transport.send({ method: "GET", path: path`/api/v1/apps/${id}`, accept: [404] });
      return answer.status === 404 ? undefined : appOf(answer.body);
    },
    appGroups: (appId) =>
      appGroups(appId, async () => {
        const rows: AppGroup[] = [];
        for await (const page of transport.pages(`${path`/api/v1/apps/${appId}/groups`}?limit=200`)) {
          rows.push(...listOf(page.body, "an app's groups", (row) => appGroupOf(row, appId)));
        }
        return rows;
      }),
    async appGroup(appId, groupId) {
      const address = path`/api/v1/apps/${appId}/groups/${groupId}`;
      const answer = await transport.send({ method: "GET", path: address, accept: [404] });
      return answer.status === 404 ? undefined : appGroupOf(answer.body, appId);
    },
  };
}

export function appWrites(transport: Transport, recorder: Recorder): AppWrites {
  const pair = (appId: string, groupId: string): string => path`/api/v1/apps/${appId}/groups/${groupId}`;
  return {
    async moveApp(id, move) {
      await transport.send({ method: "POST", path: path`/api/v1/apps/${id}/lifecycle/${move}`, key: id }, recorder);
    },
    async putAppGroup({ appId, groupId, priority, profile }) {
      const body = {
        ...(priority === undefined ? {} : { priority }),
        ...(Object.keys(profile).length === 0 ? {} : { profile }),
      };
      const call = { method: "PUT", path: pair(appId, groupId), body, key: groupId } as const;
      return appGroupOf((await transport.send(call, recorder)).body, appId);
    },
    async removeAppGroup(appId, groupId) {
      await transport.send({ method: "DELETE", path: pair(appId, groupId), accept: [404], key: groupId }, recorder);
    },
  };
}

function appOf(body: unknown): App {
  const app = fieldsOf(body, "an app");
  return {
    id: textOf(app, "id", "an app"),
    label: textOf(app, "label", "an app"),
    status: textOf(app, "status", "an app"),
    name: optionalText(app, "name"),
    created: optionalText(app, "created"),
  };
}

function appGroupOf(body: unknown, appId: string): AppGroup {
  const assignment = fieldsOf(body, "an app assignment");
  return {
    appId,
    groupId: textOf(assignment, "id", "an app assignment"),
    priority: optionalNumber(assignment, "priority"),
    profile: attributesOf(assignment.profile),
  };
}
