package nodejs

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a policy pack under node and streams what it prints, its port first.
func (h *Host) RunPlugin(req *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer) error {
	if req.Kind != "analyzer" {
		return unsupported("a plugin of kind " + req.Kind + " written for Node.js")
	}
	if req.AttachDebugger {
		return unsupported("--attach-debugger")
	}
	opts, err := readOptions(req.GetInfo().GetOptions())
	if err != nil {
		return err
	}
	program := req.GetInfo().GetProgramDirectory()
	runner, err := findRunner(program, "run-policy-pack")
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	args := append(append([]string{}, opts.nodeArgs...), runner)
	code, err := h.node(stream.Context(), process{
		args:   append(append(args, req.Args...), program),
		env:    append(append([]string{}, req.Env...), opts.environment()...),
		dir:    req.Pwd,
		stdout: stdout,
		stderr: stderr,
	})
	if closeErr := closer.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return stream.Send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}
