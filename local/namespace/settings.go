package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
)

// pair is one "left=right" flag value.
type pair struct{ left, right string }

// mount is a tmpfs (no source) or a bind mount, made in the order in which the flags are given.
type mount struct{ source, target string }

type settings struct {
	forwards  []pair
	mounts    []mount
	values    []pair
	sysctls   []pair
	addresses []string
	bridge    pair
	link      pair
	routes    []string
	nextHops  []pair
	cgroups   []string
	hostname  string
	program   []string
}

func parseSettings(arguments []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("namespace", flag.ContinueOnError)
	flags.Func("forward", "host address=inside address: forward this TCP port of the host", pairs(&s.forwards))
	flags.Func("tmpfs", "folder: an empty folder in memory in its place", func(value string) error {
		s.mounts = append(s.mounts, mount{target: value})
		return nil
	})
	flags.Func("bind", "host path=inside path: show this file or folder there", func(value string) error {
		source, target, found := strings.Cut(value, "=")
		if !found {
			return errors.New("write host path=inside path")
		}
		s.mounts = append(s.mounts, mount{source, target})
		return nil
	})
	flags.Func("value", "file=content: show a file with this content there, whatever it holds on the host", pairs(&s.values))
	flags.Func("sysctl", "net.key=value: set this network setting of the namespace", pairs(&s.sysctls))
	flags.Func("address", "CIDR: give the loopback interface this address", list(&s.addresses))
	flags.Func("bridge", "name=CIDR: make a bridge inside, with this address", one(&s.bridge))
	flags.Func("link", "bridge=CIDR: join this bridge of the network outside, as "+linkName+" with this address inside", one(&s.link))
	flags.Func("route", "CIDR: route this network to the loopback interface", list(&s.routes))
	flags.Func("next-hop", "CIDR=address: route this network to that neighbour", pairs(&s.nextHops))
	flags.Func("cgroup", "folder: run the program in this control group", list(&s.cgroups))
	flags.StringVar(&s.hostname, "hostname", "commune", "host name inside")
	if err := flags.Parse(arguments); err != nil {
		return s, err
	}
	for _, sysctl := range s.sysctls {
		if !strings.HasPrefix(sysctl.left, "net.") {
			return s, fmt.Errorf("--sysctl %s: only net.* belongs to the namespace, the rest would change the host", sysctl.left)
		}
	}
	s.program = flags.Args()
	if len(s.program) == 0 {
		return s, errors.New("no program given: write namespace [flags] -- program arguments")
	}
	return s, nil
}

func cut(value string) (pair, error) {
	left, right, found := strings.Cut(value, "=")
	if !found {
		return pair{}, errors.New("write left=right")
	}
	return pair{left, right}, nil
}

func one(target *pair) func(string) error {
	return func(value string) (err error) {
		*target, err = cut(value)
		return err
	}
}

func pairs(target *[]pair) func(string) error {
	return func(value string) error {
		next, err := cut(value)
		if err == nil {
			*target = append(*target, next)
		}
		return err
	}
}

func list(target *[]string) func(string) error {
	return func(value string) error {
		*target = append(*target, value)
		return nil
	}
}
