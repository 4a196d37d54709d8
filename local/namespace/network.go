package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The interface inside that --link makes.
const linkName = "eth0"

// joinBridge links the network namespace of pid to a bridge of this one. The end there is named as the host inside. Both
// ends go with the namespace, some time after it: those of a machine that starts again may still be there.
func joinBridge(bridge, name string, pid int) error {
	master, err := netlink.LinkByName(bridge)
	if err != nil {
		return fmt.Errorf("no bridge %s: %w", bridge, err)
	}
	if old, err := netlink.LinkByName(name); err == nil {
		if err := netlink.LinkDel(old); err != nil && !errors.Is(err, unix.ENODEV) {
			return fmt.Errorf("cannot remove the old interface %s: %w", name, err)
		}
	}
	link := &netlink.Veth{
		LinkAttrs:     netlink.LinkAttrs{Name: name, MasterIndex: master.Attrs().Index},
		PeerName:      linkName,
		PeerNamespace: netlink.NsPid(pid),
	}
	if err := netlink.LinkAdd(link); err != nil {
		return fmt.Errorf("cannot link %s to %s: %w", name, bridge, err)
	}
	return netlink.LinkSetUp(link)
}

func prepareNetwork(settings settings) error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("no loopback interface: %w", err)
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return fmt.Errorf("cannot bring loopback up: %w", err)
	}
	var source net.IP
	for _, text := range settings.addresses {
		if source, err = addAddress(loopback, text); err != nil {
			return err
		}
	}
	if settings.bridge.left != "" {
		bridge := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: settings.bridge.left}}
		if err := netlink.LinkAdd(bridge); err != nil {
			return fmt.Errorf("cannot make bridge %s: %w", settings.bridge.left, err)
		}
		if source, err = bringUp(bridge, settings.bridge.right); err != nil {
			return err
		}
	}
	if settings.link.left != "" {
		link, err := netlink.LinkByName(linkName)
		if err != nil {
			return fmt.Errorf("no interface %s: %w", linkName, err)
		}
		if source, err = bringUp(link, settings.link.right); err != nil {
			return err
		}
	}
	if err := addRoutes(settings, loopback, source); err != nil {
		return err
	}
	for _, sysctl := range settings.sysctls {
		path := filepath.Join("/proc/sys", strings.ReplaceAll(sysctl.left, ".", "/"))
		if err := os.WriteFile(path, []byte(sysctl.right), 0o644); err != nil {
			return fmt.Errorf("cannot set %s: %w", sysctl.left, err)
		}
	}
	return nil
}

func bringUp(link netlink.Link, address string) (net.IP, error) {
	if err := netlink.LinkSetUp(link); err != nil {
		return nil, fmt.Errorf("cannot bring %s up: %w", link.Attrs().Name, err)
	}
	return addAddress(link, address)
}

func addAddress(link netlink.Link, text string) (net.IP, error) {
	address, err := netlink.ParseAddr(text)
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", text, err)
	}
	// At once, for the routes: the kernel looks whether another machine has an address of IPv6.
	address.Flags |= unix.IFA_F_NODAD
	if err := netlink.AddrAdd(link, address); err != nil {
		return nil, fmt.Errorf("cannot add address %s: %w", text, err)
	}
	return address.IP, nil
}

func addRoutes(settings settings, loopback netlink.Link, source net.IP) error {
	for _, text := range settings.routes {
		_, destination, err := net.ParseCIDR(text)
		if err != nil {
			return fmt.Errorf("--route %s: %w", text, err)
		}
		if err := netlink.RouteAdd(&netlink.Route{LinkIndex: loopback.Attrs().Index, Dst: destination, Src: source}); err != nil {
			return fmt.Errorf("cannot add route %s: %w", text, err)
		}
	}
	for _, hop := range settings.nextHops {
		_, destination, err := net.ParseCIDR(hop.left)
		if err != nil {
			return fmt.Errorf("--next-hop %s: %w", hop.left, err)
		}
		gateway := net.ParseIP(hop.right)
		if gateway == nil {
			return fmt.Errorf("--next-hop %s: no address", hop.right)
		}
		if err := netlink.RouteAdd(&netlink.Route{Dst: destination, Gw: gateway}); err != nil {
			return fmt.Errorf("cannot add route %s by %s: %w", hop.left, hop.right, err)
		}
	}
	return nil
}
