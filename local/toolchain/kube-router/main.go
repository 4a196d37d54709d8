// Program kube-router is kube-router's controller of network policies, without its router and its service proxy: what its
// own cmd.KubeRouter.Run starts for --run-firewall.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"github.com/cloudnativelabs/kube-router/v2/pkg/utils"
	"github.com/spf13/pflag"
	v1core "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// heartbeats is how many beats may wait, as upstream's.
const heartbeats = 10

// inet6Sets makes sets of IPv6 addresses under plain names. Upstream's own (2.1.0) puts "inet6:" before them, and its rules
// name them without: iptables then refuses every rule, and no policy is enforced.
type inet6Sets struct{ *utils.IPSet }

// RefreshSet is upstream's for IPv4, with the family.
func (sets inet6Sets) RefreshSet(name string, entries [][]string, kind string) {
	isNew := sets.Get(name) == nil
	sets.IPSet.RefreshSet(name, entries, kind)
	if isNew {
		set := sets.Get(name)
		set.Options = append(set.Options, "family", "inet6")
	}
}

// passNeighbours lets pods of one bridge find each other, which IPv6 does by packets that policies see (ARP is none). Upstream
// (2.1.0) refuses them like all others; the mark is the one by which its chains know what a policy lets through.
func passNeighbours(table utils.IPTablesHandler) error {
	for _, kind := range []string{"neighbour-solicitation", "neighbour-advertisement"} {
		rule := []string{"-p", "icmpv6", "--icmpv6-type", kind, "-j", "MARK", "--set-xmark", "0x10000/0x10000"}
		if err := table.AppendUnique("mangle", "PREROUTING", rule...); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	klog.InitFlags(nil)
	config := options.NewKubeRouterConfig()
	config.AddFlags(pflag.CommandLine)
	pflag.Parse()
	// klog reads its own flags from here, and logs to a file unless they were parsed.
	if err := flag.CommandLine.Parse([]string{"-logtostderr=true"}); err != nil {
		klog.Fatal(err)
	}
	if err := run(config); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(config *options.KubeRouterConfig) error {
	access, err := clientcmd.BuildConfigFromFlags(config.Master, config.Kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(access)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(ctx.Done())
	ready, cancel := context.WithTimeout(ctx, config.CacheSyncTimeout)
	defer cancel()
	if !cache.WaitForCacheSync(ready.Done(), pods.HasSynced, namespaces.HasSynced, policies.HasSynced) {
		return fmt.Errorf("the API server did not list pods, namespaces and policies within %s", config.CacheSyncTimeout)
	}

	tables, sets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return fmt.Errorf("iptables: %w", err)
	}
	if _, wanted := sets[v1core.IPv6Protocol]; wanted {
		plain, err := utils.NewIPSet(false)
		if err != nil {
			return fmt.Errorf("ipset: %w", err)
		}
		sets[v1core.IPv6Protocol] = inet6Sets{plain}
		if err := passNeighbours(tables[v1core.IPv6Protocol]); err != nil {
			return fmt.Errorf("ip6tables: %w", err)
		}
	}
	for family, table := range tables {
		tables[family] = newRemembered(table, config.IPTablesSyncPeriod)
	}
	firewall, err := netpol.NewNetworkPolicyController(
		client, config, pods, policies, namespaces, &sync.Mutex{}, tables, sets,
	)
	if err != nil {
		return fmt.Errorf("network policies: %w", err)
	}
	for informer, handler := range map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		pods: firewall.PodEventHandler, namespaces: firewall.NamespaceEventHandler,
		policies: firewall.NetworkPolicyEventHandler,
	} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}

	// Upstream's controller beats for its health check, which nobody asks here.
	beats := make(chan *healthcheck.ControllerHeartbeat, heartbeats)
	go func() {
		for range beats {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	go firewall.Run(beats, ctx.Done(), &running)
	running.Wait()
	return nil
}
