// Program pulumi-resource-kubernetes is the local stand-in for Pulumi's Kubernetes provider.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"commune.cloud/local/plugins/internal/kubernetes"
	"commune.cloud/local/plugins/internal/serve"
)

func main() {
	err := serve.Main(func(ctx context.Context, engine string, srv *grpc.Server) error {
		var host *provider.HostClient
		if engine != "" {
			var err error
			if host, err = provider.NewHostClient(engine); err != nil {
				return err
			}
		}
		pulumirpc.RegisterResourceProviderServer(srv, serve.ProviderServer(kubernetes.New(ctx, host)))
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-kubernetes:", err)
		os.Exit(1)
	}
}
