package kubernetes

import (
	"context"
	"fmt"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
)

// selection names the objects of one kind in the waited object's namespace, optionally by label or name.
type selection struct {
	kind          schema.GroupVersionResource
	labels, field string
	// everywhere is for kinds without a namespace.
	everywhere bool
}

// scene is the waited object and its surroundings as last seen.
type scene struct {
	// before is the object as it was before this update; nil for a creation and a refresh.
	before  *unstructured.Unstructured
	began   time.Time
	once    bool
	main    cache.Store
	others  map[schema.GroupVersionResource]cache.Store
	changed chan struct{}
	// lastChange is when a watched object other than the waited one last changed.
	lock       sync.Mutex
	lastChange time.Time
}

// object is the waited object, or nil when it is gone.
func (s *scene) object() *unstructured.Unstructured {
	for _, item := range s.main.List() {
		if object, ok := item.(*unstructured.Unstructured); ok {
			return object
		}
	}
	return nil
}

// list gives the watched objects of one kind.
func (s *scene) list(kind schema.GroupVersionResource) []*unstructured.Unstructured {
	var result []*unstructured.Unstructured
	for _, item := range s.others[kind].List() {
		if object, ok := item.(*unstructured.Unstructured); ok {
			result = append(result, object)
		}
	}
	return result
}

// quiet is how long the surroundings have not changed.
func (s *scene) quiet() time.Duration {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.lastChange.IsZero() {
		return time.Since(s.began)
	}
	return time.Since(s.lastChange)
}

// next waits for a change, or for again when that is not zero.
func (s *scene) next(ctx context.Context, again time.Duration) error {
	var later <-chan time.Time
	if again > 0 {
		timer := time.NewTimer(again)
		defer timer.Stop()
		later = timer.C
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.changed:
		return nil
	case <-later:
		return nil
	}
}

// watch follows an object and what its rule reads until ctx ends. It returns when all of it was seen once.
func (c *cluster) watch(ctx context.Context, object *unstructured.Unstructured, r *rule) (*scene, error) {
	client, err := c.client(object)
	if err != nil {
		return nil, err
	}
	stage := &scene{
		began: time.Now(), changed: make(chan struct{}, 1), others: map[schema.GroupVersionResource]cache.Store{},
	}
	var informers []cache.Controller
	main, informer := stage.inform(client, single(object), false)
	stage.main = main
	informers = append(informers, informer)
	for _, other := range r.selections(object) {
		store, informer := stage.inform(other.client(c, object), other.options(), true)
		stage.others[other.kind] = store
		informers = append(informers, informer)
	}
	for _, informer := range informers {
		go informer.RunWithContext(ctx)
	}
	for _, informer := range informers {
		if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			return nil, fmt.Errorf("watching %s: %w", qualifiedName(object), context.Cause(ctx))
		}
	}
	return stage, nil
}

// look sees an object and what its rule reads once.
func (c *cluster) look(ctx context.Context, object *unstructured.Unstructured, r *rule) (*scene, error) {
	stage := &scene{
		began: time.Now(), once: true, main: newStore(), others: map[schema.GroupVersionResource]cache.Store{},
	}
	if err := stage.main.Add(object); err != nil {
		return nil, err
	}
	for _, other := range r.selections(object) {
		list, err := other.client(c, object).List(ctx, other.options())
		if err != nil {
			return nil, err
		}
		store := newStore()
		for index := range list.Items {
			if err := store.Add(&list.Items[index]); err != nil {
				return nil, err
			}
		}
		stage.others[other.kind] = store
	}
	return stage, nil
}

func (r *rule) selections(object *unstructured.Unstructured) []selection {
	if r.watches == nil {
		return nil
	}
	return r.watches(object)
}

func (s selection) options() metav1.ListOptions {
	return metav1.ListOptions{LabelSelector: s.labels, FieldSelector: s.field}
}

func (s selection) client(c *cluster, object *unstructured.Unstructured) dynamic.ResourceInterface {
	if s.everywhere {
		return c.dynamic.Resource(s.kind)
	}
	return c.dynamic.Resource(s.kind).Namespace(object.GetNamespace())
}

func newStore() cache.Store {
	return cache.NewStore(cache.DeletionHandlingMetaNamespaceKeyFunc)
}

// inform fills a store by list and watch, and notes each change.
func (s *scene) inform(
	client dynamic.ResourceInterface, selected metav1.ListOptions, surroundings bool,
) (cache.Store, cache.Controller) {
	note := func() {
		if surroundings {
			s.lock.Lock()
			s.lastChange = time.Now()
			s.lock.Unlock()
		}
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
	return cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
				options.LabelSelector, options.FieldSelector = selected.LabelSelector, selected.FieldSelector
				return client.List(ctx, options)
			},
			WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
				options.LabelSelector, options.FieldSelector = selected.LabelSelector, selected.FieldSelector
				return client.Watch(ctx, options)
			},
		},
		ObjectType: &unstructured.Unstructured{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { note() },
			UpdateFunc: func(any, any) { note() },
			DeleteFunc: func(any) { note() },
		},
	})
}
