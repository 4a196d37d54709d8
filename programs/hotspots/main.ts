import { readConfiguration } from "./configuration.ts";
import { Fleet } from "./fleet.ts";
import { hotspotsServer } from "./server.ts";
import { StateFolder } from "./state.ts";

/** Milliseconds between two looks at what is due. */
const step = 60_000;

const { HOTSPOTS_CONFIG = "/config", HOTSPOTS_SECRETS = "/secrets", HOTSPOTS_STATE = "/state" } = process.env;
const port = Number(process.env.HOTSPOTS_PORT ?? 8080);

const configuration = readConfiguration(HOTSPOTS_CONFIG, HOTSPOTS_SECRETS);
const fleet = new Fleet(configuration, new StateFolder(HOTSPOTS_STATE));
fleet.advance();

const { page: information, captivePortal, statusToken } = configuration;
const pages = { information, captivePortal, statusToken };
const server = hotspotsServer(fleet, pages, (line) => console.log(JSON.stringify(line)));
server.listen(port, () => {
  const address = server.address();
  console.log(
    JSON.stringify({
      devices: configuration.devices.size,
      port: typeof address === "object" ? address?.port : address,
    }),
  );
});

const advancing = setInterval(() => {
  fleet.advance();
  fleet.saveSeen();
}, step);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    clearInterval(advancing);
    fleet.saveSeen();
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
