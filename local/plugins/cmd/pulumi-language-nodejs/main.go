// Program pulumi-language-nodejs is the local stand-in for Pulumi's Node.js language host.
package main

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"commune.cloud/local/plugins/internal/nodejs"
	"commune.cloud/local/plugins/internal/serve"
)

func main() {
	err := serve.Main(func(ctx context.Context, engine string, srv *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(srv, nodejs.NewHost(ctx, engine))
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}
