package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// reachTimeout is how long a cluster may take to answer at the start before it counts as unreachable.
const reachTimeout = 15 * time.Second

// cluster is one connection. unreachable says why there is none; the clients are then nil.
type cluster struct {
	unreachable error
	namespace   string
	config      *rest.Config
	dynamic     dynamic.Interface
	mapper      *restmapper.DeferredDiscoveryRESTMapper
	mapperLock  sync.Mutex
}

// connect decides once whether the cluster can be reached, as the official provider does.
func connect(ctx context.Context, s settings) *cluster {
	result := &cluster{namespace: s.namespace}
	if result.namespace == "" {
		result.namespace = "default"
	}
	loader, err := s.loadKubeconfig()
	if err != nil {
		result.unreachable = err
		return result
	}
	if s.namespace == "" {
		if namespace, _, err := loader.Namespace(); err == nil && namespace != "" {
			result.namespace = namespace
		}
	}
	if err := result.dial(ctx, loader.ClientConfig, s); err != nil {
		result.unreachable = err
	}
	return result
}

func (c *cluster) dial(ctx context.Context, load func() (*rest.Config, error), s settings) error {
	config, err := load()
	if err != nil {
		return err
	}
	config.QPS, config.Burst, config.Timeout = float32(s.qps), s.burst, s.requestTimeout
	config.UserAgent = "pulumi-resource-kubernetes/" + Version + "-local"
	config.WarningHandler = rest.NoWarnings{}
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	if err := client.RESTClient().Get().AbsPath("/version").Do(ctx).Error(); err != nil {
		return err
	}
	c.config = config
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
	c.dynamic, err = dynamic.NewForConfig(config)
	return err
}

// reach gives the error for an operation that needs the cluster.
func (c *cluster) reach() error {
	if c == nil {
		return errors.New("the provider was not configured")
	}
	if c.unreachable == nil {
		return nil
	}
	return fmt.Errorf("configured Kubernetes cluster is unreachable: %w", c.unreachable)
}

// namespaced tells whether objects of a kind live in a namespace. A kind that nobody knows yet, such as that of a
// CRD in the same program, counts as namespaced; Create corrects it.
func (c *cluster) namespaced(gvk schema.GroupVersionKind) bool {
	if clusterScoped[gvk.GroupKind()] {
		return false
	}
	if scheme.Scheme.Recognizes(gvk) || c == nil || c.unreachable != nil {
		return true
	}
	mapping, err := c.mapping(gvk)
	return err != nil || mapping.Scope.Name() == meta.RESTScopeNameNamespace
}

// mapping finds the REST path of a kind; the error satisfies meta.IsNoMatchError when the server has none.
func (c *cluster) mapping(gvk schema.GroupVersionKind) (*meta.RESTMapping, error) {
	c.mapperLock.Lock()
	defer c.mapperLock.Unlock()
	return c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
}

// forget makes the next mapping ask the server again.
func (c *cluster) forget() {
	c.mapperLock.Lock()
	defer c.mapperLock.Unlock()
	c.mapper.Reset()
}

// client gives the REST client for an object, and corrects the namespace of an object that cannot have one.
func (c *cluster) client(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapping(object.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() != meta.RESTScopeNameNamespace {
		object.SetNamespace("")
		return c.dynamic.Resource(mapping.Resource), nil
	}
	if object.GetNamespace() == "" {
		object.SetNamespace(c.namespace)
	}
	return c.dynamic.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}
