package nodejs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// killDelay is how long node may take to end after a polite request.
const killDelay = 3 * time.Second

// process is one run of node.
type process struct {
	args, env      []string
	dir            string
	stdout, stderr io.Writer
}

// node runs to the end, or to the end of the request or of this host, and returns node's exit code.
func (h *Host) node(ctx context.Context, p process) (int, error) {
	node, err := findNode()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()

	cmd := exec.CommandContext(ctx, node, p.args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.dir, p.stdout, p.stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = killDelay
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}

	// The kernel sends Pdeathsig when the thread that started node ends, so that thread must stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, fmt.Errorf("node was stopped: %w", context.Cause(ctx))
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode(), nil
	case err != nil:
		return 0, fmt.Errorf("node %w", err)
	}
	return 0, nil
}

func findNode() (string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", errors.New("node is not on PATH: install Node.js 20.19 or newer")
	}
	return node, nil
}

// findRunner looks for one of the SDK's entry programs from the program's folder upwards, as node itself resolves modules.
func findRunner(folder, runner string) (string, error) {
	for dir := folder; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "node_modules", "@pulumi", "pulumi", "cmd", runner)
		if _, err := os.Stat(filepath.Join(path, "index.js")); err == nil {
			return path, nil
		}
		if dir == filepath.Dir(dir) {
			// The engine looks for exactly this text to explain a policy pack without dependencies.
			return "", fmt.Errorf("Cannot find module '@pulumi/pulumi/cmd/%s' from %s: run npm ci there", runner, folder)
		}
	}
}
