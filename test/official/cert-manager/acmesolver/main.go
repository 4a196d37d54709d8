// cert-manager's own answer to whoever proves a name, with the flags of its image (cmd/acmesolver/app/app.go, 1.21).
package main

import (
	"errors"
	"flag"
	"net/http"
	"os"

	"github.com/cert-manager/cert-manager/pkg/issuer/acme/http/solver"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
)

func main() {
	var s solver.HTTP01Solver
	flag.IntVar(&s.ListenPort, "listen-port", 8089, "the port to listen on")
	flag.StringVar(&s.Domain, "domain", "", "the name to prove")
	flag.StringVar(&s.Token, "token", "", "the token that is asked for")
	flag.StringVar(&s.Key, "key", "", "the answer")
	flag.Parse()
	if err := s.Listen(logf.Log); err != nil && !errors.Is(err, http.ErrServerClosed) {
		logf.Log.Error(err, "cannot listen")
		os.Exit(1)
	}
}
