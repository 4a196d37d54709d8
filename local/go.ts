/** The variables of every `go` run: static programs, the pinned modules as they are, this machine's Go and no other. */
export const goEnvironment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local" };
