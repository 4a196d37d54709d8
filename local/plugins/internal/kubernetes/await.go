package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// verdict is what a rule says of an object as it is now.
type verdict struct {
	ready bool
	// waiting says what is missing, for the status line and for the error when the time is over.
	waiting string
	// failed says why the object will never be ready; it ends the wait.
	failed []string
	// warning is shown once when the object is ready all the same.
	warning string
	// again asks for a new look after some time although nothing changed.
	again time.Duration
}

// rule decides from a scene whether its object is ready.
type rule struct {
	// watches are the other objects that decide call reads.
	watches func(object *unstructured.Unstructured) []selection
	decide  func(s *scene) verdict
	// limit is a fixed time that overrides every other one; zero means none.
	limit time.Duration
	// onlyInRuns leaves the rule out of the check that a refresh makes.
	onlyInRuns bool
	// terse is for the official provider's general waits, which say no more than that the time is over.
	terse bool
	// explain adds details to the error when the time is over or the object has failed.
	explain func(ctx context.Context, c *cluster, object *unstructured.Unstructured) []string
}

// untilReady waits by the rule of the object's kind and gives its last version. reasons are empty when it is ready.
// before is the object before an update, nil for a creation.
func (p *Provider) untilReady(
	ctx context.Context, urn resource.URN, before, live *unstructured.Unstructured, customTimeout float64,
) (*unstructured.Unstructured, []string) {
	if isSet(live, skipAwait) {
		return live, nil
	}
	chosen, err := ruleFor(live)
	if err != nil {
		return live, []string{err.Error()}
	}
	if chosen == nil {
		return live, nil
	}
	limit := timeoutOf(customTimeout, live)
	if chosen.limit > 0 {
		limit = chosen.limit
	}
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stage, err := p.cluster.watch(waiting, live, chosen)
	if err != nil {
		return live, []string{err.Error()}
	}
	stage.before = before

	last := verdict{waiting: "the API server has not answered yet"}
	for {
		object := stage.object()
		if object == nil {
			return live, []string{fmt.Sprintf("%q was deleted while it was waited for", live.GetName())}
		}
		live = object
		next := chosen.decide(stage)
		switch {
		case next.ready:
			if next.warning != "" {
				p.log(ctx, diag.Warning, urn, next.warning)
			}
			return live, nil
		case len(next.failed) > 0:
			return live, append(next.failed, p.explain(ctx, chosen, live)...)
		case next.waiting != last.waiting:
			p.logStatus(ctx, urn, next.waiting)
		}
		last = next
		if err := stage.next(waiting, next.again); err != nil {
			return live, p.unready(ctx, err, live, chosen, last)
		}
	}
}

// unready words why a wait ended without success.
func (p *Provider) unready(
	ctx context.Context, err error, live *unstructured.Unstructured, chosen *rule, last verdict,
) []string {
	if !errors.Is(err, context.DeadlineExceeded) {
		return []string{fmt.Sprintf("the wait for %q was cancelled", live.GetName()), last.waiting}
	}
	if chosen.terse {
		return []string{"timed out waiting for the condition"}
	}
	reasons := []string{fmt.Sprintf("%q timed out waiting to be Ready", live.GetName()), last.waiting}
	return append(reasons, p.explain(ctx, chosen, live)...)
}

func (p *Provider) explain(ctx context.Context, chosen *rule, live *unstructured.Unstructured) []string {
	if chosen.explain == nil {
		return nil
	}
	return chosen.explain(ctx, p.cluster, live)
}

// readyNow applies the rule of the kind once to what is there, for a refresh; waitFor is for runs only.
func (p *Provider) readyNow(ctx context.Context, live *unstructured.Unstructured) []string {
	if isSet(live, skipAwait) {
		return nil
	}
	chosen, ok := kindRules[live.GroupVersionKind().GroupKind()]
	if !ok || chosen.onlyInRuns {
		return nil
	}
	stage, err := p.cluster.look(ctx, live, &chosen)
	if err != nil {
		return []string{err.Error()}
	}
	found := chosen.decide(stage)
	switch {
	case found.ready:
		return nil
	case len(found.failed) > 0:
		return found.failed
	default:
		return []string{fmt.Sprintf("%q is not ready: %s", live.GetName(), found.waiting)}
	}
}

// untilGone waits until no object of this identity is left, or another one has taken its name.
func (p *Provider) untilGone(ctx context.Context, object *unstructured.Unstructured, customTimeout float64) error {
	ctx, cancel := context.WithTimeout(ctx, timeoutOf(customTimeout, object))
	defer cancel()
	// Looks, and no watch: the kind itself may go meanwhile, and a watch of a kind that is not there never begins.
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		live, err := p.get(ctx, object)
		if missing(err) || err == nil && anotherOne(object, live) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// Most objects are gone at once; the others are looked at less and less often.
const (
	firstLook = 50 * time.Millisecond
	lastLook  = time.Second
)

func anotherOne(before, now *unstructured.Unstructured) bool {
	return before.GetUID() != "" && now.GetUID() != before.GetUID()
}

// single selects one object by name.
func single(object *unstructured.Unstructured) metav1.ListOptions {
	return metav1.ListOptions{FieldSelector: "metadata.name=" + object.GetName()}
}
