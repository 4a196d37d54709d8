import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import pulumi from "@pulumi/pulumi";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { mocksFor } from "../registrations/recorder.ts";

const { EngineService } = engineServices;
const { ResourceMonitorService } = resourceServices;
type Registered = resourceMessages.RegisterResourceRequest;
type Supports = resourceMessages.SupportsFeatureRequest;

/** A component that a program in another language registers. */
export interface Asked {
  stack: string;
  type: string;
  name: string;
  inputs: Record<string, structs.JavaScriptValue>;
}

/** Answers of a provider of components, and what it registered for the component. */
export interface Answered {
  schema: unknown;
  urn: string;
  outputs: object;
  registered: { type: string; name: string; parent: string }[];
}

/**
 * Starts a source-based plugin as Pulumi's language host does, and asks it over gRPC for its schema and for a component. In
 * the place of the engine's monitor, the SDK's mocks answer.
 *
 * @param folder of its PulumiPlugin.yaml; its own SDK runs it.
 */
export async function askProvider(folder: string, asked: Asked): Promise<Answered> {
  const { stack } = asked;
  // The mocks name resources after these.
  await pulumi.runtime.setMocks(mocksFor({}), "another-project", stack, false, "organization");
  const requests: Registered[] = [];
  const server = new grpc.Server();
  server.addService(
    ResourceMonitorService,
    monitor((request) => requests.push(request)),
  );
  server.addService(EngineService, engine);
  const bind = promisify(server.bindAsync.bind(server));
  const address = `127.0.0.1:${await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure())}`;
  const runner = createRequire(join(folder, "package.json")).resolve(
    "@pulumi/pulumi/cmd/run-plugin/index.js",
  );
  const plugin = spawn(process.execPath, [runner, folder, address], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(plugin, "exit");
  try {
    const port = await Promise.race([
      once(plugin.stdout, "data").then(([line]) => Number(String(line))),
      ended.then(([code]) => {
        throw new Error(`The plugin ended with ${code} before it named its port.`);
      }),
    ]);
    const client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    const schema = await schemaOf(client);
    const constructed = await construct(client, asked, address);
    client.close();
    return {
      schema: JSON.parse(schema.getSchema()),
      urn: constructed.getUrn(),
      outputs: constructed.getState()?.toJavaScript() ?? {},
      registered: requests.map((request) => ({
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
      })),
    };
  } finally {
    plugin.kill();
    await ended;
    server.forceShutdown();
  }
}

const schemaOf = (client: providerServices.ResourceProviderClient) =>
  new Promise<providerMessages.GetSchemaResponse>((resolve, reject) =>
    client.getSchema(new providerMessages.GetSchemaRequest(), (error, response) =>
      error ? reject(error) : resolve(response),
    ),
  );

function construct(
  client: providerServices.ResourceProviderClient,
  { stack, type, name, inputs }: Asked,
  address: string,
): Promise<providerMessages.ConstructResponse> {
  const request = new providerMessages.ConstructRequest();
  request.setProject("another-project").setStack(stack).setType(type).setName(name);
  request.setParent(`urn:pulumi:${stack}::another-project::pulumi:pulumi:Stack::another-project-${stack}`);
  request.setInputs(structs.Struct.fromJavaScript(inputs)).setMonitorendpoint(address).setParallel(16);
  return new Promise((resolve, reject) =>
    client.construct(request, (error, response) => (error ? reject(error) : resolve(response))),
  );
}

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Gives one answer to every request. */
const answering =
  <Response>(response: Response): Unary<unknown, Response> =>
  (_, answer) =>
    answer(null, response);

const nothing = Buffer.alloc(0);

/** The engine's half: it keeps no root, and what is logged is not looked at. */
const engine: grpc.UntypedServiceImplementation = {
  log: answering(EngineService.log.responseDeserialize(nothing)),
  getRootResource: answering(new engineMessages.GetRootResourceResponse()),
  setRootResource: answering(new engineMessages.SetRootResourceResponse()),
};

/** The monitor's half: resources are what the mocks say. */
function monitor(note: (request: Registered) => void): grpc.UntypedServiceImplementation {
  const mocked = new MockMonitor(mocksFor({}));
  const supportsFeature: Unary<Supports, resourceMessages.SupportsFeatureResponse> = ({ request }, answer) =>
    // As MockMonitor says it, which does not say it as a message.
    answer(
      null,
      new resourceMessages.SupportsFeatureResponse().setHassupport(request.getId() !== "outputValues"),
    );
  const registerResource: Unary<Registered, resourceMessages.RegisterResourceResponse> = (
    { request },
    answer,
  ) => {
    note(request);
    mocked.registerResource(request, answer);
  };
  const registerResourceOutputs = answering(
    ResourceMonitorService.registerResourceOutputs.responseDeserialize(nothing),
  );
  return { supportsFeature, registerResource, registerResourceOutputs };
}
