// Package serve starts a Pulumi plugin: a gRPC server on a loopback port that lives as long as the engine does.
package serve

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"google.golang.org/grpc"
)

// engineCheck is how often a plugin asks whether its engine still answers; stdin closing is the faster sign.
const engineCheck = 10 * time.Second

// Register adds the plugin's services to srv. engine is the engine's address, empty when nobody told.
// The context ends when the engine is gone or asks the plugin to stop.
type Register func(ctx context.Context, engine string, srv *grpc.Server) error

// Main runs the plugin and returns once the engine no longer needs it. It prints the port as the protocol asks:
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/plugin.go
func Main(register Register) error {
	flags := flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	flags.String("tracing", "", "accepted for the engine; the local plugin does not trace")
	flags.Bool("logtostderr", false, "accepted for the engine")
	flags.Int("v", 0, "accepted for the engine")
	flags.String("root", "", "accepted for the engine")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stopWithStdin(stop)
	engine := flags.Arg(0)
	if engine != "" {
		if err := rpcutil.Healthcheck(ctx, engine, engineCheck, stop); err != nil {
			return fmt.Errorf("watching the engine at %s: %w", engine, err)
		}
	}

	cancel := make(chan bool)
	go func() {
		<-ctx.Done()
		close(cancel)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init:   func(srv *grpc.Server) error { return register(ctx, engine, srv) },
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Printf("%d\n", handle.Port); err != nil {
		return err
	}
	return <-handle.Done
}

// stopWithStdin calls stop when the engine's end of the stdin pipe closes, which the kernel does even for kill -9.
func stopWithStdin(stop func()) {
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
}
