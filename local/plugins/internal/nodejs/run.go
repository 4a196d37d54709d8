package nodejs

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// exitReported is the exit code by which the SDK says that the user has already seen the error
// (@pulumi/pulumi/cmd/run/index.js, nodeJSProcessExitedAfterLoggingUserActionableMessage).
const exitReported = 32

// Run executes a program to its end under node and says how it ended.
func (h *Host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	if req.AttachDebugger {
		return nil, unsupported("--attach-debugger")
	}
	opts, err := readOptions(req.GetInfo().GetOptions())
	if err != nil {
		return nil, err
	}
	runner, err := findRunner(req.GetInfo().GetProgramDirectory(), "run")
	if err != nil {
		return nil, err
	}
	settings, err := configEnvironment(req)
	if err != nil {
		return nil, err
	}
	code, err := h.node(ctx, process{
		args:   append(append([]string{}, opts.nodeArgs...), append([]string{runner}, runArguments(req, h.engine)...)...),
		env:    append(append(os.Environ(), opts.environment()...), settings...),
		dir:    req.Pwd,
		stdout: os.Stdout,
		stderr: os.Stderr,
	})
	switch {
	case err != nil:
		return nil, err
	case code == 0:
		return &pulumirpc.RunResponse{}, nil
	case code == exitReported:
		return &pulumirpc.RunResponse{Bail: true}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with non-zero exit code: %d", code)}, nil
	}
}

// runArguments builds the command line of @pulumi/pulumi/cmd/run (its usage text lists the flags).
func runArguments(req *pulumirpc.RunRequest, engine string) []string {
	var args []string
	flag := func(name, value string) {
		if value != "" {
			args = append(args, "--"+name, value)
		}
	}
	flag("monitor", req.MonitorAddress)
	flag("engine", engine)
	flag("organization", req.Organization)
	flag("project", req.Project)
	flag("root-directory", req.GetInfo().GetRootDirectory())
	flag("stack", req.Stack)
	flag("pwd", req.Pwd)
	flag("parallel", strconv.Itoa(int(req.Parallel)))
	if req.DryRun {
		args = append(args, "--dry-run")
	}
	entry := req.GetInfo().GetEntryPoint()
	if entry == "" {
		entry = req.Program
	}
	return append(append(args, entry), req.Args...)
}

// configEnvironment hands the stack's configuration to the SDK, which reads it from these two variables.
func configEnvironment(req *pulumirpc.RunRequest) ([]string, error) {
	config := req.Config
	if config == nil {
		config = map[string]string{}
	}
	values, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	secrets := req.ConfigSecretKeys
	if secrets == nil {
		secrets = []string{}
	}
	keys, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	return []string{"PULUMI_CONFIG=" + string(values), "PULUMI_CONFIG_SECRET_KEYS=" + string(keys)}, nil
}
