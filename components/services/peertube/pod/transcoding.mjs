import { readFileSync } from "node:fs";

const { server, host } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const toTranscode = 2;
// Unpublished, blocked and of blocked owners too, of every privacy.
const everyVideo = "isLocal=true&include=7&nsfw=both&sort=createdAt" + [1, 2, 3, 4, 5].map((each) => "&privacyOneOf=" + each).join("");
const isOver = new Set(["completed", "failed"]);
// Pending, processing, waiting for another one, completing.
const runnerStates = [1, 2, 5, 9].map((each) => "&stateOneOf=" + each).join("");

async function allOf(api, path) {
  const found = [];
  for (;;) {
    const { data, total } = await api.ask("GET", path + "&count=100&start=" + found.length);
    found.push(...data);
    if (data.length === 0 || found.length >= total) return found;
  }
}

async function underWay(api) {
  const jobs = await allOf(api, "/api/v1/jobs?jobType=video-transcoding");
  const runners = await allOf(api, "/api/v1/runners/jobs?sort=createdAt" + runnerStates);
  return new Set([
    ...jobs.filter(({ state }) => !isOver.has(state)).map(({ data }) => data.videoUUID),
    ...runners.map(({ privatePayload }) => privatePayload?.videoUUID),
  ]);
}

async function transcodeAgain() {
  const api = new Api(server, host);
  await api.logIn(readFileSync(process.argv[3], "utf8"));
  const waiting = (await allOf(api, "/api/v1/videos?" + everyVideo)).filter(({ state }) => state?.id === toTranscode);
  const begun = await underWay(api);
  const { transcoding } = await api.ask("GET", "/api/v1/config");
  const transcodingType = transcoding.hls.enabled ? "hls" : "web-video";
  for (const { uuid } of waiting) {
    if (begun.has(uuid)) continue;
    try {
      await api.change("POST", "/api/v1/videos/" + uuid + "/transcoding", { transcodingType, forceTranscoding: true });
      console.log("Video " + uuid + " is transcoded again: its job was lost.");
    } catch (error) {
      console.error("Video " + uuid + " stays as it is: " + error.message);
      process.exitCode = 1;
    }
  }
}

transcodeAgain().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
