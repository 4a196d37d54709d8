// Command volume creates and deletes the folders behind local-path volumes. local-path-provisioner runs it in a
// helper pod as "volume -p <folder> -s <bytes> -m <volume mode> -a create|delete".
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	path := flag.String("p", "", "folder of the volume")
	flag.Int64("s", 0, "size in bytes; a folder has no limit of its own")
	mode := flag.String("m", "Filesystem", "volume mode")
	action := flag.String("a", "", "create or delete")
	flag.Parse()
	if err := run(*path, *mode, *action); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path, mode, action string) error {
	if path == "" {
		return fmt.Errorf("-p names no folder")
	}
	if mode != "Filesystem" {
		return fmt.Errorf("volume mode %s: local volumes are folders, only Filesystem is possible", mode)
	}
	switch action {
	case "create":
		if err := os.MkdirAll(path, 0o777); err != nil {
			return err
		}
		// Pods run as any user; the umask does not decide who may write.
		return os.Chmod(path, 0o777)
	case "delete":
		return os.RemoveAll(path)
	}
	return fmt.Errorf("-a %q: write create or delete", action)
}
