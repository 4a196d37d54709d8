// Program pulumi-resource-random is the local stand-in for Pulumi's random provider.
package main

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"commune.cloud/local/plugins/internal/random"
	"commune.cloud/local/plugins/internal/serve"
)

func main() {
	err := serve.Main(func(_ context.Context, _ string, srv *grpc.Server) error {
		pulumirpc.RegisterResourceProviderServer(srv, serve.ProviderServer(&random.Provider{}))
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-random:", err)
		os.Exit(1)
	}
}
