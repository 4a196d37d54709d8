import { expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { presetCampaign } from "../campaigns/presets.ts";

/** A sample of `npm run campaign presets`: a kind of site whose controller has another class, namespace and port than ours. */
test("a commune comes up behind ingress-nginx's names, and answers through its pods alone", async () => {
  const { environment } = openCluster(inject("cluster"));
  const [visited] = await presetCampaign({ environment, kinds: ["ingress-nginx"] });
  expect(visited?.schools).toMatchObject({
    status: 200,
    body: expect.stringContaining("Rien n’est encore publié ici."),
  });
  expect(JSON.parse(visited?.descriptor.body ?? "")).toMatchObject({ id: "site-ingress-nginx" });
  // It knows of the Ingress, and the network policy refuses it.
  expect(visited?.stranger.status).toBe(502);
});
