/**
 * The variables of every `go` run: static programs, the pinned modules as they are, this machine's Go and no other. A
 * module's own workspace names folders that are not in the module.
 */
export const goEnvironment = {
  CGO_ENABLED: "0",
  // What a shell may say otherwise, and the bytes of a program depend on.
  GOAMD64: "v1",
  GOEXPERIMENT: "",
  GOFIPS140: "off",
  GOFLAGS: "-mod=readonly",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
};
