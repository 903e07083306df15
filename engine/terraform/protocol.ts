/**
 * The protocol as data, as protobufjs writes it in JSON: what of `tfplugin6` this provider answers, and the services of
 * go-plugin beside it. Numbers are those of Terraform's protocol 6.11; fields newer than the caller are ignored by it.
 */
import { fromJSON, type PackageDefinition, type ServiceDefinition } from "@grpc/proto-loader";

type Field = readonly [type: string, id: number, rule?: "repeated" | "map"];
type Fields = Readonly<Record<string, Field>>;

type Nested = NonNullable<Parameters<typeof fromJSON>[0]["nested"]>;

function message(fields: Fields, nested: Nested = {}): Nested[string] {
  const written = Object.entries(fields).map(([name, [type, id, rule]]) => [
    name,
    rule === "map" ? { keyType: "string", type, id } : { type, id, ...(rule === undefined ? {} : { rule }) },
  ]);
  return { fields: Object.fromEntries(written), nested };
}

function call(request: Fields, response: Fields): Nested[string] {
  return { nested: { Request: message(request), Response: message(response) } };
}

const VALUE = "DynamicValue";
const DIAGNOSTICS = "Diagnostic";
const IDENTITY = "ResourceIdentityData";
const CAPABILITIES: Field = ["ClientCapabilities", 3];

const MESSAGES: Nested = {
  DynamicValue: message({ msgpack: ["bytes", 1], json: ["bytes", 2] }),
  Diagnostic: message(
    { severity: ["Severity", 1], summary: ["string", 2], detail: ["string", 3], attribute: ["AttributePath", 4] },
    { Severity: { values: { INVALID: 0, ERROR: 1, WARNING: 2 } } },
  ),
  AttributePath: message(
    { steps: ["Step", 1, "repeated"] },
    {
      Step: {
        oneofs: { selector: { oneof: ["attribute_name", "element_key_string", "element_key_int"] } },
        fields: {
          attribute_name: { type: "string", id: 1 },
          element_key_string: { type: "string", id: 2 },
          element_key_int: { type: "int64", id: 3 },
        },
      },
    },
  ),
  ResourceIdentitySchema: message(
    { version: ["int64", 1], identity_attributes: ["IdentityAttribute", 2, "repeated"] },
    {
      IdentityAttribute: message({
        name: ["string", 1],
        type: ["bytes", 2],
        required_for_import: ["bool", 3],
        optional_for_import: ["bool", 4],
        description: ["string", 5],
      }),
    },
  ),
  ResourceIdentityData: message({ identity_data: [VALUE, 1] }),
  RawState: message({ json: ["bytes", 1], flatmap: ["string", 2, "map"] }),
  StringKind: { values: { PLAIN: 0, MARKDOWN: 1 } },
  Schema: message(
    { version: ["int64", 1], block: ["Block", 2] },
    {
      Block: message({
        version: ["int64", 1],
        attributes: ["Attribute", 2, "repeated"],
        description: ["string", 4],
        description_kind: ["StringKind", 5],
      }),
      Attribute: message({
        name: ["string", 1],
        type: ["bytes", 2],
        description: ["string", 3],
        required: ["bool", 4],
        optional: ["bool", 5],
        computed: ["bool", 6],
        sensitive: ["bool", 7],
        description_kind: ["StringKind", 8],
        nested_type: ["Object", 10],
        write_only: ["bool", 11],
      }),
      Object: message(
        { attributes: ["Attribute", 1, "repeated"], nesting: ["NestingMode", 3] },
        { NestingMode: { values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3, MAP: 4 } } },
      ),
    },
  ),
  ServerCapabilities: message({
    plan_destroy: ["bool", 1],
    get_provider_schema_optional: ["bool", 2],
    move_resource_state: ["bool", 3],
    generate_resource_config: ["bool", 4],
  }),
  ClientCapabilities: message({ deferral_allowed: ["bool", 1], write_only_attributes_allowed: ["bool", 2] }),
  GetProviderSchema: call(
    {},
    {
      provider: ["Schema", 1],
      resource_schemas: ["Schema", 2, "map"],
      data_source_schemas: ["Schema", 3, "map"],
      diagnostics: [DIAGNOSTICS, 4, "repeated"],
      server_capabilities: ["ServerCapabilities", 6],
      list_resource_schemas: ["Schema", 9, "map"],
    },
  ),
  GetResourceIdentitySchemas: call(
    {},
    { identity_schemas: ["ResourceIdentitySchema", 1, "map"], diagnostics: [DIAGNOSTICS, 2, "repeated"] },
  ),
  ValidateProviderConfig: call({ config: [VALUE, 1] }, { diagnostics: [DIAGNOSTICS, 2, "repeated"] }),
  ConfigureProvider: call(
    { terraform_version: ["string", 1], config: [VALUE, 2], client_capabilities: CAPABILITIES },
    { diagnostics: [DIAGNOSTICS, 1, "repeated"] },
  ),
  ValidateResourceConfig: call(
    { type_name: ["string", 1], config: [VALUE, 2], client_capabilities: CAPABILITIES },
    { diagnostics: [DIAGNOSTICS, 1, "repeated"] },
  ),
  UpgradeResourceState: call(
    { type_name: ["string", 1], version: ["int64", 2], raw_state: ["RawState", 3] },
    { upgraded_state: [VALUE, 1], diagnostics: [DIAGNOSTICS, 2, "repeated"] },
  ),
  UpgradeResourceIdentity: call(
    { type_name: ["string", 1], version: ["int64", 2], raw_identity: ["RawState", 3] },
    { upgraded_identity: [IDENTITY, 1], diagnostics: [DIAGNOSTICS, 2, "repeated"] },
  ),
  ReadResource: call(
    { type_name: ["string", 1], current_state: [VALUE, 2], private: ["bytes", 3], current_identity: [IDENTITY, 6] },
    {
      new_state: [VALUE, 1],
      diagnostics: [DIAGNOSTICS, 2, "repeated"],
      private: ["bytes", 3],
      new_identity: [IDENTITY, 5],
    },
  ),
  PlanResourceChange: call(
    {
      type_name: ["string", 1],
      prior_state: [VALUE, 2],
      proposed_new_state: [VALUE, 3],
      config: [VALUE, 4],
      prior_private: ["bytes", 5],
      prior_identity: [IDENTITY, 8],
    },
    {
      planned_state: [VALUE, 1],
      requires_replace: ["AttributePath", 2, "repeated"],
      planned_private: ["bytes", 3],
      diagnostics: [DIAGNOSTICS, 4, "repeated"],
      planned_identity: [IDENTITY, 7],
    },
  ),
  ApplyResourceChange: call(
    {
      type_name: ["string", 1],
      prior_state: [VALUE, 2],
      planned_state: [VALUE, 3],
      config: [VALUE, 4],
      planned_private: ["bytes", 5],
      planned_identity: [IDENTITY, 7],
    },
    {
      new_state: [VALUE, 1],
      private: ["bytes", 2],
      diagnostics: [DIAGNOSTICS, 3, "repeated"],
      new_identity: [IDENTITY, 5],
    },
  ),
  ImportResourceState: {
    nested: {
      Request: message({
        type_name: ["string", 1],
        id: ["string", 2],
        client_capabilities: CAPABILITIES,
        identity: [IDENTITY, 4],
      }),
      ImportedResource: message({
        type_name: ["string", 1],
        state: [VALUE, 2],
        private: ["bytes", 3],
        identity: [IDENTITY, 4],
      }),
      Response: message({
        imported_resources: ["ImportedResource", 1, "repeated"],
        diagnostics: [DIAGNOSTICS, 2, "repeated"],
      }),
    },
  },
  MoveResourceState: call(
    {
      source_provider_address: ["string", 1],
      source_type_name: ["string", 2],
      source_schema_version: ["int64", 3],
      source_state: ["RawState", 4],
      target_type_name: ["string", 5],
      source_private: ["bytes", 6],
      source_identity: ["RawState", 7],
      source_identity_schema_version: ["int64", 8],
    },
    {
      target_state: [VALUE, 1],
      diagnostics: [DIAGNOSTICS, 2, "repeated"],
      target_private: ["bytes", 3],
      target_identity: [IDENTITY, 4],
    },
  ),
  GenerateResourceConfig: call(
    { type_name: ["string", 1], state: [VALUE, 2] },
    { config: [VALUE, 1], diagnostics: [DIAGNOSTICS, 2, "repeated"] },
  ),
  ValidateListResourceConfig: call(
    { type_name: ["string", 1], config: [VALUE, 2], include_resource_object: [VALUE, 3], limit: [VALUE, 4] },
    { diagnostics: [DIAGNOSTICS, 1, "repeated"] },
  ),
  ListResource: {
    nested: {
      Request: message({
        type_name: ["string", 1],
        config: [VALUE, 2],
        include_resource_object: ["bool", 3],
        limit: ["int64", 4],
      }),
      Event: message({
        identity: [IDENTITY, 1],
        display_name: ["string", 2],
        resource_object: [VALUE, 3],
        diagnostic: [DIAGNOSTICS, 4, "repeated"],
      }),
    },
  },
  StopProvider: call({}, { Error: ["string", 1] }),
};

const CALLS = [
  ...["GetProviderSchema", "ValidateProviderConfig", "ConfigureProvider", "ValidateResourceConfig"],
  ...["UpgradeResourceState", "ReadResource", "PlanResourceChange", "ApplyResourceChange", "ImportResourceState"],
  ...["MoveResourceState", "GenerateResourceConfig", "StopProvider", "GetResourceIdentitySchemas"],
  ...["UpgradeResourceIdentity", "ValidateListResourceConfig"],
];

const LIST = {
  requestType: "ListResource.Request",
  responseType: "ListResource.Event",
  responseStream: true,
  comment: "",
};

const PROVIDER = {
  methods: {
    ...Object.fromEntries(
      CALLS.map((name) => [name, { requestType: `${name}.Request`, responseType: `${name}.Response`, comment: "" }]),
    ),
    ListResource: LIST,
  },
};

const ROOT = {
  nested: {
    tfplugin6: namespace({ ...MESSAGES, Provider: PROVIDER }),
    plugin: namespace({
      Empty: { fields: {} },
      GRPCController: { methods: { Shutdown: { requestType: "Empty", responseType: "Empty", comment: "" } } },
    }),
  },
};

/** protobufjs takes it, and its types have no name for it. */
function namespace(nested: Nested): Nested[string] {
  return { nested } as Nested[string];
}

const OPTIONS = { keepCase: true, longs: Number, enums: String, defaults: true } as const;

export interface Services {
  readonly provider: ServiceDefinition;
  readonly controller: ServiceDefinition;
}

export function services(): Services {
  const definitions: PackageDefinition = fromJSON(ROOT, OPTIONS);
  const of = (name: string): ServiceDefinition => {
    const definition = definitions[name];
    if (definition === undefined || "format" in definition) throw new Error(`The protocol has no service ${name}`);
    return definition as ServiceDefinition;
  };
  return { provider: of("tfplugin6.Provider"), controller: of("plugin.GRPCController") };
}
