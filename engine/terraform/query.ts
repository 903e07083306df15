/** ⇄ The calls of `terraform query`, and those about the identity of what it finds. */

import { problemsOf } from "../problem.ts";
import { asSpec } from "../value.ts";
import { type Answer, answered } from "./answers.ts";
import { decodeValue, encodeValue } from "./dynamic-value.ts";
import { IDENTITY_SCHEMA, identityOf } from "./identity.ts";
import { LIST_ATTRIBUTES, listAll } from "./list-all.ts";
import type { Opened } from "./opened.ts";
import { diagnosticOf } from "./places.ts";
import type { Calls, Request, Streams } from "./service.ts";
import { wireAttributes } from "./wire-schema.ts";

export const LIST_SCHEMA = {
  version: 0,
  block: {
    description: "Every object that exists, whoever made it.",
    attributes: wireAttributes(LIST_ATTRIBUTES, { kept: false, writeOnly: false }),
  },
};

export function queryCalls({ shapes, shapeOf }: Opened): Calls {
  return {
    async GetResourceIdentitySchemas() {
      return { identity_schemas: Object.fromEntries([...shapes().keys()].map((type) => [type, IDENTITY_SCHEMA])) };
    },

    async UpgradeResourceIdentity({ raw_identity }) {
      // There has been one version.
      return { upgraded_identity: { identity_data: { json: raw_identity.json } } };
    },

    async ValidateListResourceConfig({ type_name }) {
      return answered(async () => {
        shapeOf(type_name);
        return {};
      });
    },
  };
}

export function queryStreams({ shapeOf, surely }: Opened): Streams {
  return {
    async *ListResource({ type_name, config, include_resource_object, limit }: Request): AsyncIterable<Answer> {
      let left = limit > 0 ? limit : Number.POSITIVE_INFINITY;
      try {
        const shape = shapeOf(type_name);
        for await (const { name, state } of listAll(asSpec(decodeValue(config)), shape, surely(shape))) {
          const object = include_resource_object ? { resource_object: encodeValue(state.values) } : {};
          yield { identity: identityOf(state), display_name: name, ...object };
          left -= 1;
          if (left <= 0) return;
        }
      } catch (error) {
        yield { diagnostic: problemsOf(error).map((problem) => diagnosticOf(problem, () => undefined)) };
      }
    },
  };
}
