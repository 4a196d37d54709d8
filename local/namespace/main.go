// Command namespace runs one program in network, PID, mount, UTS and IPC namespaces of its own and forwards
// host ports into it, so that a whole cluster leaves no interface, rule, mount or process on the host:
// when this process ends, however it ends, everything inside ends with it.
//
//	namespace --forward 127.0.0.1:6443=10.88.0.1:6443 --tmpfs /run --bind /state=/run/commune -- program args…
//
// Inside, it runs again for each node of a cluster that has several: a node is joined to a bridge of those around.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// The name under which the second half of this program finds itself started again, inside the namespaces.
const insideName = "namespace-inside"

// How long the program inside may take to stop after SIGTERM.
const stopTimeout = 30 * time.Second

func main() {
	// Pdeathsig follows the thread, not the process: the thread that starts the child must be the last to go.
	runtime.LockOSThread()
	settings, err := parseSettings(os.Args[1:])
	if err == nil {
		if os.Args[0] == insideName {
			err = enter(settings)
		} else {
			var code int
			if code, err = run(settings); err == nil {
				os.Exit(code)
			}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// run opens the listeners, starts the child in its namespaces, forwards until it ends and returns its exit code.
func run(settings settings) (int, error) {
	listeners, err := listen(settings.forwards)
	if err != nil {
		return 0, err
	}
	child, err := startInside(settings)
	if err != nil {
		return 0, err
	}
	if err := forward(listeners, child.Process.Pid); err != nil {
		_ = child.Process.Kill()
		return 0, err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		<-signals
		_ = child.Process.Signal(syscall.SIGTERM)
		time.Sleep(stopTimeout)
		_ = child.Process.Kill()
	}()
	fmt.Println("ready", child.Process.Pid)
	err = child.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	return max(child.ProcessState.ExitCode(), 0), nil
}

// startInside starts this program again in new namespaces and returns once it has become the wanted program.
func startInside(settings settings) (*exec.Cmd, error) {
	goRead, goWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	failRead, failWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	child := exec.Command("/proc/self/exe", os.Args[1:]...)
	child.Args[0] = insideName
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.ExtraFiles = []*os.File{goRead, failWrite}
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
		Setsid:     true,
	}
	if err := child.Start(); err != nil {
		return nil, fmt.Errorf("cannot create namespaces: %w", err)
	}
	goRead.Close()
	failWrite.Close()
	err = joinCgroups(settings.cgroups, child.Process.Pid)
	if err == nil && settings.link.left != "" {
		err = joinBridge(settings.link.left, settings.hostname, child.Process.Pid)
	}
	goWrite.Close()
	if err == nil {
		err = firstError(failRead)
	}
	if err != nil {
		_ = child.Process.Kill()
		_ = child.Wait()
		return nil, err
	}
	return child, nil
}
