// Package log has the logger that Traefik sets.
package log

// StdLogger is a logger.
type StdLogger interface {
	Fatal(args ...any)
	Fatalln(args ...any)
	Fatalf(format string, args ...any)
	Print(args ...any)
	Println(args ...any)
	Printf(format string, args ...any)
}

// Logger is written to by nobody.
var Logger StdLogger
