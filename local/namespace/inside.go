package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// The pipes that startInside hands over: closed when the cgroups are joined, and closed by a successful exec.
const (
	goFile   = 3
	failFile = 4
)

// enter prepares the namespaces this process was started in and becomes the wanted program. It returns only on failure.
func enter(settings settings) error {
	unix.CloseOnExec(goFile)
	unix.CloseOnExec(failFile)
	_, _ = io.ReadAll(os.NewFile(goFile, "go"))
	err := prepare(settings)
	if err == nil {
		err = become(settings.program)
	}
	_, _ = fmt.Fprint(os.NewFile(failFile, "fail"), err)
	os.Exit(1)
	return err
}

func prepare(settings settings) error {
	if err := unix.Sethostname([]byte(settings.hostname)); err != nil {
		return fmt.Errorf("cannot set the host name: %w", err)
	}
	if err := prepareMounts(settings); err != nil {
		return err
	}
	// Where this was started is a folder of the mounts outside.
	if err := unix.Chdir("/"); err != nil {
		return err
	}
	return prepareNetwork(settings)
}

func become(program []string) error {
	path, err := exec.LookPath(program[0])
	if err != nil {
		return err
	}
	return fmt.Errorf("cannot start %s: %w", path, unix.Exec(path, program, os.Environ()))
}

func prepareMounts(settings settings) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("cannot separate the mounts from the host's: %w", err)
	}
	// Shared among the containers inside (volumes with mount propagation ask for it), no longer with the host.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("cannot share the mounts inside: %w", err)
	}
	sources, err := openSources(settings.mounts)
	if err != nil {
		return err
	}
	for index, mount := range settings.mounts {
		if err := place(mount, sources[index]); err != nil {
			return fmt.Errorf("cannot mount on %s: %w", mount.target, err)
		}
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("cannot mount /proc: %w", err)
	}
	if err := freshSysfs(); err != nil {
		return fmt.Errorf("cannot mount /sys: %w", err)
	}
	return placeValues(settings.values)
}

// openSources opens every source before the first mount can hide it: a detached copy of each, -1 for a tmpfs.
func openSources(mounts []mount) ([]int, error) {
	files := make([]int, len(mounts))
	for index, mount := range mounts {
		files[index] = -1
		if mount.source == "" {
			continue
		}
		file, err := detach(mount.source)
		if err != nil {
			return nil, fmt.Errorf("cannot open %s: %w", mount.source, err)
		}
		files[index] = file
	}
	return files, nil
}

func detach(path string) (int, error) {
	return unix.OpenTree(unix.AT_FDCWD, path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
}

func attach(file int, target string) error {
	return unix.MoveMount(file, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH)
}

func place(mount mount, file int) error {
	if mount.source == "" {
		if err := os.MkdirAll(mount.target, 0o755); err != nil {
			return err
		}
		return unix.Mount("tmpfs", mount.target, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777")
	}
	var stat unix.Stat_t
	if err := unix.Fstat(file, &stat); err != nil {
		return err
	}
	if err := createTarget(mount.target, stat.Mode&unix.S_IFMT == unix.S_IFDIR); err != nil {
		return err
	}
	return attach(file, mount.target)
}

func createTarget(target string, folder bool) error {
	if folder {
		return os.MkdirAll(target, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return createFile(target)
}

func createFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// freshSysfs shows this network namespace's interfaces under /sys, and keeps the control groups.
func freshSysfs() error {
	const cgroups = "/sys/fs/cgroup"
	file, err := detach(cgroups)
	if err != nil {
		return err
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	return attach(file, cgroups)
}

// placeValues covers files of /proc/sys that are global to the kernel: programs inside read the value that they
// want and write their own into a file of ours, and the host keeps its settings.
func placeValues(values []pair) error {
	if len(values) == 0 {
		return nil
	}
	const folder = "/run/values"
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for index, value := range values {
		source := filepath.Join(folder, strconv.Itoa(index))
		if err := os.WriteFile(source, []byte(value.right+"\n"), 0o644); err != nil {
			return err
		}
		err := unix.Mount(source, value.left, "", unix.MS_BIND, "")
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("cannot cover %s: %w", value.left, err)
		}
	}
	return nil
}

// joinCgroups moves the child into control groups that exist already.
func joinCgroups(folders []string, pid int) error {
	for _, folder := range folders {
		if err := os.WriteFile(filepath.Join(folder, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o644); err != nil {
			return fmt.Errorf("cannot join control group %s: %w", folder, err)
		}
	}
	return nil
}

// firstError waits for the other end to close and returns what it wrote as an error.
func firstError(file *os.File) error {
	message, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if len(message) > 0 {
		return errors.New(string(message))
	}
	return nil
}
