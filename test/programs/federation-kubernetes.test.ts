import { expect, test } from "vitest";
import { apiServer } from "../../programs/federation/kubernetes.ts";

test.each([
  ["10.96.0.1", "https://10.96.0.1:443"],
  ["fd00:96::1", "https://[fd00:96::1]:443"],
])("the API server at %s is asked at an address that is one", (KUBERNETES_SERVICE_HOST, address) => {
  const said = apiServer({ KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT: "443" });
  expect(said).toBe(address);
  expect(new URL(`${said}/api`).port).toBe("");
});
