/**
 * The variables of every `go` run: static programs, the pinned modules as they are, this machine's Go and no other. A
 * module's own workspace names folders that are not in the module.
 */
export const goEnvironment = {
  CGO_ENABLED: "0",
  GOFLAGS: "-mod=readonly",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
};
